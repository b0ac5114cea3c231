package dev.exoflux.shell;

import com.sun.management.OperatingSystemMXBean;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Constraints;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Planner;
import dev.exoflux.pipeline.placement.Topology;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/** Where models would go if this machine were the only peer. */
final class OwnMachine implements ModelPlaces {

    private static final String NAME = "this machine";
    private static final int CACHE_ELEMENT_BYTES = 2; // bf16

    private final Console console;
    private final Topology topology;

    OwnMachine(Console console) {
        this.console = console;
        long bytes =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        PeerInfo self = PeerInfo.builder(NAME).memoryFreeBytes(bytes).build();
        this.topology = new Topology(NAME, NAME, List.of(self), List.of());
    }

    @Override
    public List<Stage> of(PlacedModel model) {
        if (!model.on().isEmpty()) {
            throw new ExofluxException(
                    ErrorCode.NO_PEERS,
                    "no cluster runs here that could say which peers are %s.".formatted(String.join(", ", model.on())));
        }
        Constraints constraints = Constraints.builder()
                .strategy(model.strategy())
                .stages(model.stages())
                .build();
        ModelFootprint footprint =
                ModelFootprint.of(Repositories.of(console).resolve(model.model()), CACHE_ELEMENT_BYTES);
        return Planner.plan(footprint, topology, constraints).shards().stream()
                .map(shard ->
                        new Stage(NAME, shard.layers().from(), shard.layers().to()))
                .toList();
    }

    @Override
    public Optional<String> remark() {
        return Optional.of("No server runs here, so this is for this machine alone.\nMaybe start one: exoflux serve; or"
                + " name one: --url http://192.168.1.20:8080.");
    }
}
