package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.format.PlacementJson;
import dev.exoflux.pipeline.placement.format.PlacementText;
import tools.jackson.databind.JsonNode;

/**
 * {@code exoflux deploy MODEL}: places a model over the cluster and waits until it answers, or only says where it would go. {@code exoflux
 * deploy FILE} deploys the pipelines of a file.
 */
final class DeployCommand extends ExofluxCommand {

    DeployCommand(Console console) {
        super(
                "deploy",
                "MODEL|FILE [--stages N] [--peers a,b] [--dry-run [--simulate \"4x96GiB thunderbolt\"]]",
                "Place a model over the peers of the cluster, or plan that; or deploy the pipelines of a YAML file",
                console,
                DeployOptions.between(
                        Options.flag("dry-run", "Print the placement and change nothing"),
                        Options.text(
                                "simulate",
                                "Plan for machines that need not be there, such as \"2x128GiB 800GB/s rdma, 3x16GiB ethernet\""),
                        Options.number(
                                "bits",
                                "Bits of a weight, with --simulate and a model that is not here: 4, 8 or 16 (4)"),
                        ServerClient.URL,
                        Options.flag("json", "The answer as one JSON object")));
    }

    @Override
    boolean takesArguments() {
        return true;
    }

    @Override
    int run(Options options) {
        if (options.arguments().size() != 1) {
            throw ExofluxException.invalid(
                    "MODEL", "deploy needs one model, or a file of pipelines.\nMaybe exoflux/tiny.");
        }
        String model = options.arguments().getFirst();
        if (model.endsWith(".yaml") || model.endsWith(".yml")) {
            return new PipelineDeployment(console()).deploy(model, options);
        }
        if (options.given("simulate")) {
            return simulate(model, options);
        }
        if (options.given("bits")) {
            throw ExofluxException.invalid("--bits", "--bits goes with --simulate: a model that is here has its own.");
        }
        return options.flag("dry-run") ? plan(model, options) : deploy(model, options);
    }

    private int simulate(String model, Options options) {
        if (!options.flag("dry-run")) {
            throw ExofluxException.invalid(
                    "--simulate", "--simulate needs --dry-run: nothing runs on machines that are not there.");
        }
        Placement placement = new SimulatedDeployment(console())
                .plan(model, options.text("simulate").orElseThrow(), options);
        console().out().print(options.flag("json") ? PlacementJson.of(placement) + "\n" : PlacementText.of(placement));
        return CommandLine.OK;
    }

    private int plan(String model, Options options) {
        try (ServerClient server = ServerClient.of(options, console())) {
            JsonNode plan = server.post("/api/deployments", DeployOptions.body(model, options));
            if (options.flag("json")) {
                console().out().println(plan);
            } else {
                console().out().print(PlanText.of(plan, new PeerNames(server.get("/api/peers"))));
            }
        }
        return CommandLine.OK;
    }

    private int deploy(String model, Options options) {
        if (DeployOptions.strategy(options) == Strategy.TENSOR) {
            throw new ExofluxException(
                    ErrorCode.UNSUPPORTED,
                    "tensor groups can be planned (--dry-run) but not run yet: that comes with a later version.");
        }
        try (ServerClient server = ServerClient.of(options, console())) {
            JsonNode placed = server.post("/api/deployments", DeployOptions.body(model, options));
            JsonNode ready = new DeploymentProgress(console(), server, model).await(placed);
            console().out().println(options.flag("json") ? ready : told(model, ready, server));
        }
        return CommandLine.OK;
    }

    private static String told(String model, JsonNode ready, ServerClient server) {
        return "%s is ready on %s"
                .formatted(model, new PeerNames(server.get("/api/peers")).shards(ready.path("shards")));
    }
}
