package dev.exoflux.dsl.definition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What pipelines say of each other: whether every name is there, and no pipeline hands a request on to itself. */
public final class References {

    private final Map<String, PipelineDefinition> defined = new LinkedHashMap<>();
    private final Set<String> names;
    private final List<Fault> faults = new ArrayList<>();

    /**
     * Something that does not fit together.
     *
     * @param where the pipeline, or the {@link Target.Named} in it, that is at fault: the same object, not its equal
     * @param key of what is at fault
     */
    public record Fault(Object where, String key, String message) {}

    private References(Set<String> others) {
        names = new LinkedHashSet<>(others);
    }

    /**
     * All faults among pipelines that are to run together.
     *
     * @param others names of pipelines that may be handed requests besides these
     */
    public static List<Fault> faults(List<PipelineDefinition> pipelines, Set<String> others) {
        References references = new References(others);
        pipelines.forEach(references::define);
        references.names.addAll(references.defined.keySet());
        references.defined.values().forEach(references::check);
        return List.copyOf(references.faults);
    }

    private void define(PipelineDefinition pipeline) {
        if (defined.putIfAbsent(pipeline.name(), pipeline) != null) {
            faults.add(new Fault(pipeline, "pipeline", """
                    Two pipelines are named %s.
                    Maybe give one of them another name.""".formatted(pipeline.name())));
        }
    }

    private void check(PipelineDefinition pipeline) {
        for (Target.Named named : named(pipeline.body())) {
            if (named.isModel()) {
                continue;
            }
            if (!names.contains(named.name())) {
                faults.add(new Fault(named, "to", unknown(named.name())));
            } else if (pipeline.name().equals(earliestOnWayBack(pipeline, named))) {
                faults.add(new Fault(named, "to", """
                        %s hands requests on to %s, and so back to itself: %s.
                        Maybe let one of them end at a model.""".formatted(
                                pipeline.name(), named.name(), String.join(" -> ", wayBack(pipeline, named)))));
            }
        }
    }

    private String unknown(String name) {
        String nearest = Nearest.to(name, names)
                .map("Maybe you mean %s."::formatted)
                .orElse(names.isEmpty() ? "" : "There are " + String.join(", ", names) + ".");
        return """
                There is no pipeline %s.
                %s A model's id has a slash: exoflux/tiny.""".formatted(name, nearest).replace("\n ", "\n");
    }

    /** Of all pipelines on a circle only the first is told about it. */
    private @Nullable String earliestOnWayBack(PipelineDefinition from, Target.Named through) {
        List<String> way = wayBack(from, through);
        return defined.keySet().stream().filter(way::contains).findFirst().orElse(null);
    }

    /** The names from {@code from} through {@code through} and back, empty if it does not lead back. */
    private List<String> wayBack(PipelineDefinition from, Target.Named through) {
        List<String> way = new ArrayList<>(List.of(from.name()));
        return leads(through.name(), from.name(), way, new HashSet<>()) ? way : List.of();
    }

    private boolean leads(String at, String goal, List<String> way, Set<String> seen) {
        way.add(at);
        if (at.equals(goal)) {
            return true;
        }
        Optional<PipelineDefinition> pipeline = Optional.ofNullable(defined.get(at));
        if (seen.add(at) && pipeline.isPresent()) {
            for (Target.Named next : named(pipeline.get().body())) {
                if (leads(next.name(), goal, way, seen)) {
                    return true;
                }
            }
        }
        way.removeLast();
        return false;
    }

    /** Every name in a body, at any depth. */
    private static Collection<Target.Named> named(Body body) {
        List<Target.Named> names = new ArrayList<>();
        for (Target target : body.targets()) {
            switch (target) {
                case Target.Named named -> names.add(named);
                case Body inner -> names.addAll(named(inner));
            }
        }
        return names;
    }
}
