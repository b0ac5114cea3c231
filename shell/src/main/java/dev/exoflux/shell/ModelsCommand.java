package dev.exoflux.shell;

import dev.exoflux.model.weights.ModelCard;
import dev.exoflux.model.weights.ModelEntry;
import dev.exoflux.pipeline.placement.format.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** {@code exoflux models}: what can be run from this machine's disk. */
final class ModelsCommand extends ExofluxCommand {

    private static final List<String> HEADINGS =
            List.of("MODEL", "ARCHITECTURE", "PARAMETERS", "SIZE", "QUANTISATION", "CONTEXT");

    ModelsCommand(Console console) {
        super(
                "models",
                "[--json]",
                "List the models that can be run",
                console,
                List.of(Options.flag("json", "One JSON array instead of a table")));
    }

    @Override
    int run(Options options) {
        List<ModelEntry> entries = Repositories.of(console()).list();
        if (options.flag("json")) {
            console()
                    .out()
                    .println(new JsonMapper()
                            .writeValueAsString(
                                    entries.stream().map(ModelsCommand::fields).toList()));
            return CommandLine.OK;
        }
        print(entries);
        return CommandLine.OK;
    }

    private void print(List<ModelEntry> entries) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        for (ModelEntry entry : entries) {
            if (entry instanceof ModelEntry.Usable usable) {
                rows.add(row(usable.card()));
            }
        }
        console().out().print(Table.of(rows));
        for (ModelEntry entry : entries) {
            if (entry instanceof ModelEntry.Unusable unusable) {
                console()
                        .err()
                        .println("%n%s cannot be run: %s"
                                .formatted(unusable.id(), unusable.reason().getMessage()));
            }
        }
    }

    private static List<String> row(ModelCard card) {
        return List.of(
                card.id(),
                card.architecture(),
                Sizes.count(card.parameters()),
                Sizes.bytes(card.bytes()),
                card.quantization(),
                Integer.toString(card.contextLength()));
    }

    private static Map<String, Object> fields(ModelEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", entry.id());
        fields.put("path", entry.path().toString());
        switch (entry) {
            case ModelEntry.Usable(ModelCard card, var _) -> {
                fields.put("architecture", card.architecture());
                fields.put("parameters", card.parameters());
                fields.put("bytes", card.bytes());
                fields.put("quantization", card.quantization());
                fields.put("contextLength", card.contextLength());
            }
            case ModelEntry.Unusable unusable ->
                fields.put("error", String.valueOf(unusable.reason().getMessage()));
        }
        return fields;
    }
}
