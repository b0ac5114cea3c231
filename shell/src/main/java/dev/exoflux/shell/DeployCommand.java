package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Constraints;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Planner;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.catalog.KnownModel;
import dev.exoflux.pipeline.placement.catalog.ModelCatalog;
import dev.exoflux.pipeline.placement.catalog.SimulatedTopology;
import dev.exoflux.pipeline.placement.format.PlacementText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code exoflux deploy MODEL --dry-run --simulate MACHINES}: where a model would go on machines one thinks of. */
final class DeployCommand extends ExofluxCommand {

    private static final int USUAL_CONTEXT = 8192;
    private static final int CACHE_ELEMENT_BYTES = 2; // bf16

    DeployCommand(Console console) {
        super(
                "deploy",
                "MODEL --dry-run --simulate \"4x96GiB thunderbolt\"",
                "Plan where the parts of a model go, on machines that need not be there",
                console,
                List.of(
                        Options.flag("dry-run", "Print the placement and change nothing"),
                        Options.text("simulate", "Machines, such as \"2x128GiB 800GB/s rdma, 3x16GiB ethernet\""),
                        Options.text("strategy", "pipeline, tensor or auto (auto)"),
                        Options.number("stages", "Peers exactly"),
                        Options.number("min-peers", "Peers at least"),
                        Options.text("peers", "Peers to use, such as p1,p2"),
                        Options.number("context", "Positions promised to each answer (the model's, at most 8192)"),
                        Options.number("concurrency", "Answers at once (1)"),
                        Options.number(
                                "bits", "Bits of a weight, of a model that is not on this disk: 4, 8 or 16 (4)")));
    }

    @Override
    boolean takesArguments() {
        return true;
    }

    @Override
    int run(Options options) {
        if (options.arguments().size() != 1) {
            throw ExofluxException.invalid("MODEL", "deploy needs one model.\nMaybe llama-3.3-70b.");
        }
        String machines = options.text("simulate")
                .filter(_ -> options.flag("dry-run"))
                .orElseThrow(() -> ExofluxException.invalid(
                        "--simulate",
                        "deploy only plans at present: it needs --dry-run and --simulate.\n"
                                + "Maybe --dry-run --simulate \"4x96GiB thunderbolt\"."));
        String name = options.arguments().getFirst();
        Optional<KnownModel> known = ModelCatalog.lookUp(name);
        int mostContext = known.map(KnownModel::context).orElse(USUAL_CONTEXT);
        Constraints constraints = constraints(options, Math.min(USUAL_CONTEXT, mostContext));
        ModelFootprint model =
                known.map(found -> found.footprint(bits(options))).orElseGet(() -> onDisk(name));
        Placement placement = Planner.plan(model, SimulatedTopology.parse(machines), constraints);
        console().out().print(PlacementText.of(placement));
        return CommandLine.OK;
    }

    private ModelFootprint onDisk(String name) {
        try {
            return ModelFootprint.of(Repositories.of(console()).resolve(name), CACHE_ELEMENT_BYTES);
        } catch (ExofluxException e) {
            throw e.code() == ErrorCode.MODEL_NOT_FOUND ? unknown(name) : e;
        }
    }

    private static ExofluxException unknown(String name) {
        return new ExofluxException(
                ErrorCode.MODEL_NOT_FOUND,
                "%s is neither on this disk nor in the catalogue.\nMaybe a name that `exoflux models` lists, or one of: %s."
                        .formatted(
                                name,
                                String.join(
                                        ", ",
                                        ModelCatalog.all().stream()
                                                .map(KnownModel::id)
                                                .toList())));
    }

    private static int bits(Options options) {
        int bits = options.number("bits", ModelCatalog.USUAL_BITS, 4, 16);
        if (bits != 4 && bits != 8 && bits != 16) {
            throw ExofluxException.invalid("--bits", "--bits %d is none of 4, 8 and 16.".formatted(bits));
        }
        return bits;
    }

    private static Constraints constraints(Options options, int context) {
        return Constraints.builder()
                .strategy(strategy(options.text("strategy").orElse("auto")))
                .stages(options.number("stages", 0, 1, Integer.MAX_VALUE))
                .minPeers(options.number("min-peers", 0, 1, Integer.MAX_VALUE))
                .peers(options.text("peers").map(DeployCommand::names).orElse(List.of()))
                .context(options.number("context", context, 1, Integer.MAX_VALUE))
                .concurrency(options.number("concurrency", 1, 1, Integer.MAX_VALUE))
                .build();
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    private static Strategy strategy(String spelling) {
        return switch (spelling.toLowerCase(Locale.ROOT)) {
            case "pipeline" -> Strategy.PIPELINE;
            case "tensor" -> Strategy.TENSOR;
            case "auto" -> Strategy.AUTO;
            default ->
                throw ExofluxException.invalid(
                        "--strategy", "--strategy %s is none of pipeline, tensor and auto.".formatted(spelling));
        };
    }
}
