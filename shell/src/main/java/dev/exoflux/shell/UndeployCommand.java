package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.List;

/** {@code exoflux undeploy}: takes a model from the peers that hold it, or a pipeline away. */
final class UndeployCommand extends ExofluxCommand {

    UndeployCommand(Console console) {
        super(
                "undeploy",
                "MODEL|PIPELINE",
                "Take a deployed model from the peers that hold it, or a pipeline away",
                console,
                List.of(ServerClient.URL));
    }

    @Override
    boolean takesArguments() {
        return true;
    }

    @Override
    int run(Options options) {
        if (options.arguments().size() != 1) {
            throw ExofluxException.invalid(
                    "MODEL", "undeploy needs one model.\nMaybe `exoflux placements` lists what is deployed.");
        }
        String model = options.arguments().getFirst();
        try (ServerClient server = ServerClient.of(options, console())) {
            server.delete(isPipeline(model, server) ? "/api/pipelines" : "/api/deployments", model);
        }
        console().out().println(model + " is not deployed any more.");
        return CommandLine.OK;
    }

    /** A name with a slash is a model's. */
    private static boolean isPipeline(String name, ServerClient server) {
        return name.indexOf('/') < 0
                && server.get("/api/pipelines")
                        .valueStream()
                        .anyMatch(deployed -> deployed.path("name").asString("").equals(name));
    }
}
