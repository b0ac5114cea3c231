package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.mesh.wire.StreamService;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A peer with a data directory of its own, that gives models to others and fetches them. */
final class WeightPeer implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Small pieces and little patience, as suits models of a few megabytes. */
    static final PullSettings SETTINGS = new PullSettings(
            20_000,
            3,
            Duration.ofMillis(400),
            Duration.ofSeconds(20),
            Duration.ofMillis(20),
            Duration.ofMillis(300),
            300_000);

    private final Path home;
    private final ModelLibrary library;
    private final HopEndpoint endpoint;

    WeightPeer(Path home) {
        this(home, service -> service);
    }

    /** @param served what becomes of the service */
    WeightPeer(Path home, UnaryOperator<StreamService> served) {
        this.home = home;
        this.library = new ModelLibrary(new ModelRepository(home, home.resolve("hub")));
        this.endpoint = HopEndpoint.bind(
                "127.0.0.1",
                0,
                (ring, epoch, stage) -> null,
                Map.of(StreamKind.WEIGHTS, served.apply(new WeightService(library))),
                WireSettings.DEFAULTS,
                null);
    }

    /** A copy of that directory under that name. */
    WeightPeer with(String id, Path source) throws IOException {
        Path target = Files.createDirectories(directory(id));
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return this;
    }

    Path directory(String id) {
        return home.resolve("models").resolve(id);
    }

    PeerAddress address() {
        return endpoint.address();
    }

    ModelLibrary library() {
        return library;
    }

    WeightPuller puller() {
        return puller(place -> Long.MAX_VALUE);
    }

    WeightPuller puller(Pull.FreeSpace freeSpace) {
        return new WeightPuller(endpoint, library, SETTINGS, freeSpace);
    }

    ModelDirectory pull(String id, @Nullable Shard shard, PeerAddress... holders) {
        return puller().pull(id, shard, List.of(holders), progress -> {})
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
