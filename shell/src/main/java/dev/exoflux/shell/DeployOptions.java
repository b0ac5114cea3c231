package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.shell.core.command.CommandOption;

/** The options that say how a model is to be placed. */
final class DeployOptions {

    private DeployOptions() {}

    /** A command's own options, these between them. */
    static List<CommandOption> between(CommandOption first, CommandOption... last) {
        List<CommandOption> options = new ArrayList<>(List.of(
                first,
                Options.text("strategy", "pipeline, tensor or auto (auto)"),
                Options.number("stages", "Peers exactly"),
                Options.number("min-peers", "Peers at least"),
                Options.text("peers", "The only peers that may be used, by name or id, such as desk,shelf"),
                Options.number("context", "Positions promised to each answer (the model's, at most 8192)"),
                Options.number("concurrency", "Answers at once that memory is promised to (what fits, at most 16)")));
        options.addAll(List.of(last));
        return options;
    }

    static Strategy strategy(Options options) {
        String spelling = options.text("strategy").orElse(Strategy.AUTO.spelling());
        return Arrays.stream(Strategy.values())
                .filter(strategy -> strategy.spelling().equalsIgnoreCase(spelling))
                .findFirst()
                .orElseThrow(() -> ExofluxException.invalid(
                        "--strategy", "--strategy %s is none of pipeline, tensor and auto.".formatted(spelling)));
    }

    /** Empty for any. */
    static List<String> peers(Options options) {
        return Options.list(options.text("peers").orElse(""));
    }

    /** The body of a {@code POST /api/deployments}. */
    static Map<String, Object> body(String model, Options options) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("strategy", strategy(options).spelling());
        body.put("stages", options.number("stages", 0, 1, Integer.MAX_VALUE));
        body.put("minPeers", options.number("min-peers", 0, 1, Integer.MAX_VALUE));
        body.put("peers", peers(options));
        body.put("context", options.number("context", 0, 1, Integer.MAX_VALUE));
        body.put("concurrency", options.number("concurrency", 0, 1, Integer.MAX_VALUE));
        body.put("dryRun", options.flag("dry-run"));
        return body;
    }
}
