package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.explain.Step;
import dev.exoflux.model.ExofluxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Steps of pipelines for people, one a line, what they are made of indented below them. */
final class ExplainedText {

    private static final String INDENT = "  ";

    private final Map<String, PlacedModel> models;
    private final ModelPlaces places;

    /** Where each model is, asked once. */
    private final Map<String, List<String>> known = new HashMap<>();

    /** @param models all that the steps name, with what is wanted of where they run */
    ExplainedText(List<PlacedModel> models, ModelPlaces places) {
        this.models = models.stream().collect(Collectors.toMap(PlacedModel::model, model -> model));
        this.places = places;
    }

    /** Ends with a new line. */
    String of(Step pipeline) {
        StringBuilder text = new StringBuilder();
        text.append(pipeline.text()).append('\n');
        pipeline.within().forEach(step -> add(step, 1, text));
        return text.toString();
    }

    private void add(Step step, int depth, StringBuilder text) {
        line(depth, step.text(), text);
        String model = step.model();
        if (model != null) {
            known.computeIfAbsent(model, this::stages).forEach(stage -> line(depth + 1, stage, text));
        }
        step.within().forEach(within -> add(within, depth + 1, text));
    }

    private static void line(int depth, String line, StringBuilder text) {
        text.repeat(INDENT, depth).append(line).append('\n');
    }

    private List<String> stages(String model) {
        List<ModelPlaces.Stage> stages;
        try {
            stages = places.of(models.getOrDefault(model, PlacedModel.anywhere(model)));
        } catch (ExofluxException nowhere) {
            return ("nowhere now: " + nowhere.getMessage()).lines().toList();
        }
        return IntStream.range(0, stages.size())
                .mapToObj(i -> stage(stages.get(i), i, stages.size()))
                .toList();
    }

    private static String stage(ModelPlaces.Stage stage, int index, int of) {
        String layers = stage.to() == 0 ? "all layers" : "layers [%d, %d)".formatted(stage.from(), stage.to());
        String before = index == 0 ? "embedding, " : "";
        String after = index == of - 1 ? ", head and sampling" : "";
        return "stage %d of %d: %s%s%s, on %s".formatted(index + 1, of, before, layers, after, stage.peer());
    }
}
