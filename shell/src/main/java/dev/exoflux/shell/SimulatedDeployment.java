package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Constraints;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Planner;
import dev.exoflux.pipeline.placement.catalog.KnownModel;
import dev.exoflux.pipeline.placement.catalog.ModelCatalog;
import dev.exoflux.pipeline.placement.catalog.SimulatedTopology;
import java.util.Optional;

/** {@code exoflux deploy MODEL --dry-run --simulate MACHINES}: where a model would go on machines one thinks of. */
final class SimulatedDeployment {

    private static final int USUAL_CONTEXT = 8192;
    private static final int CACHE_ELEMENT_BYTES = 2; // bf16

    private final Console console;

    SimulatedDeployment(Console console) {
        this.console = console;
    }

    /** @param machines such as {@code 4x96GiB thunderbolt} */
    Placement plan(String name, String machines, Options options) {
        Optional<KnownModel> known = ModelCatalog.lookUp(name);
        int mostContext = known.map(KnownModel::context).orElse(USUAL_CONTEXT);
        Constraints constraints = constraints(options, Math.min(USUAL_CONTEXT, mostContext));
        ModelFootprint model =
                known.map(found -> found.footprint(bits(options))).orElseGet(() -> onDisk(name));
        return Planner.plan(model, SimulatedTopology.parse(machines), constraints);
    }

    private ModelFootprint onDisk(String name) {
        try {
            return ModelFootprint.of(Repositories.of(console).resolve(name), CACHE_ELEMENT_BYTES);
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
                .strategy(DeployOptions.strategy(options))
                .stages(options.number("stages", 0, 1, Integer.MAX_VALUE))
                .minPeers(options.number("min-peers", 0, 1, Integer.MAX_VALUE))
                .peers(DeployOptions.peers(options))
                .context(options.number("context", context, 1, Integer.MAX_VALUE))
                .concurrency(options.number("concurrency", 1, 1, Integer.MAX_VALUE))
                .build();
    }
}
