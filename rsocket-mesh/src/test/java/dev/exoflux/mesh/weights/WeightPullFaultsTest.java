package dev.exoflux.mesh.weights;

import static dev.exoflux.mesh.weights.WeightPeer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mesh.wire.FaultyLink;
import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.mesh.wire.StreamService;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.ModelRepository;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Links that are cut, peers that send what is wrong, nothing or too little, and pulls that end at any moment. */
@ExtendWith(NoLeaks.class)
final class WeightPullFaultsTest {

    private static final String ID = "org/model";

    @TempDir
    private Path root;

    private Path source;
    private Shard whole;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void findSource() {
        ModelDirectory model = new ModelRepository(root.resolve("source"), root).resolve("exoflux/tiny");
        source = model.path();
        whole = Shard.whole(model.config().layers());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private WeightPeer peer() {
        return peer(service -> service);
    }

    private WeightPeer peer(UnaryOperator<StreamService> served) {
        WeightPeer peer = new WeightPeer(root.resolve("peer" + opened.size()), served);
        opened.add(peer);
        return peer;
    }

    private WeightPeer holder(UnaryOperator<StreamService> served) throws IOException {
        return peer(served).with(ID, source);
    }

    private WeightPeer holder() throws IOException {
        return holder(service -> service);
    }

    private FaultyLink link(WeightPeer holder) throws IOException {
        FaultyLink link = new FaultyLink(holder.address());
        opened.add(link);
        return link;
    }

    private ModelDirectory pull(WeightPeer puller, Consumer<PullProgress> progress, PeerAddress... holders) {
        return puller.puller()
                .pull(ID, whole, List.of(holders), progress)
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** Does something once, when so much of it is here. */
    private static Consumer<PullProgress> at(double share, Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return progress -> {
            if (progress.doneBytes() >= share * progress.totalBytes() && done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private void assertWhole(WeightPeer puller) throws IOException {
        assertWhole(puller.directory(ID));
    }

    private void assertWhole(Path directory) throws IOException {
        assertThat(directory.resolve(ModelInventory.PARTIAL)).doesNotExist();
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            assertThat(Files.mismatch(directory.resolve(name), source.resolve(name)))
                    .as(name)
                    .isEqualTo(-1);
        }
    }

    private static boolean isRead(ByteBuf request) {
        return request.getByte(request.readerIndex() + 1) == WeightRequest.READ;
    }

    /** Turns a bit over in every piece of weights that it sends. */
    private static StreamService corrupting(StreamService service) {
        return request -> {
            boolean weights =
                    isRead(request) && request.toString(StandardCharsets.UTF_8).contains("model.safe");
            return service.serve(request).map(frame -> {
                if (weights && frame.readableBytes() > 10_000) {
                    frame.setByte(5000, frame.getByte(5000) ^ 1);
                }
                return frame;
            });
        };
    }

    @Test
    void wrongBytesAreFetchedFromAnotherHolder() throws IOException {
        WeightPeer bad = holder(WeightPullFaultsTest::corrupting);
        WeightPeer good = holder();
        WeightPeer puller = peer();

        pull(puller, progress -> {}, bad.address(), good.address());

        assertWhole(puller);
    }

    @Test
    void wrongBytesAreNotKept() throws IOException {
        WeightPeer bad = holder(WeightPullFaultsTest::corrupting);
        WeightPeer puller = peer();

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> pull(puller, progress -> {}, bad.address()))
                .withMessageContainingAll(bad.address().toString(), "SHA-256")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_LOST));
        WeightPeer good = holder();
        pull(puller, progress -> {}, good.address());
        assertWhole(puller);
    }

    @Test
    void aHolderLostMidwayIsReplacedByTheOther() throws IOException {
        FaultyLink link = link(holder());
        WeightPeer other = holder();
        WeightPeer puller = peer();

        pull(puller, at(0.3, link::close), link.address(), other.address());

        assertWhole(puller);
    }

    @Test
    void aLinkThatIsCutForAMomentIsTakenUpAgain() throws IOException {
        FaultyLink link = link(holder());
        WeightPeer puller = peer();

        pull(puller, at(0.3, link::cut), link.address());

        assertWhole(puller);
    }

    @Test
    void goesOnWhereItWasCut() throws IOException {
        WeightPeer holder = holder();
        FaultyLink link = link(holder);
        WeightPeer puller = peer();

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> pull(puller, at(0.6, link::close), link.address()))
                .withMessageContainingAll(link.address().toString(), "cannot be had", "hf download")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_LOST));
        long total = ModelInventory.of(source).bytes();
        long here = ModelInventory.of(puller.directory(ID)).bytesHere();
        assertThat(here).isGreaterThan(total / 2);

        FaultyLink mended = link(holder);
        List<PullProgress> progress = new ArrayList<>();
        pull(puller, progress::add, mended.address());
        assertWhole(puller);
        assertThat(progress.getFirst()).isEqualTo(new PullProgress(here, total));
        assertThat(mended.carried()).isBetween(total - here, (total - here) * 11 / 10 + 5000);
    }

    @Test
    void goesOnAfterAProcessThatEndedAtAnyMoment() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        List<Path> homes = new ArrayList<>();
        AtomicInteger steps = new AtomicInteger();
        pull(
                puller,
                progress -> {
                    if (steps.getAndIncrement() % 12 == 0) {
                        homes.add(copy(puller, root.resolve("killed" + homes.size())));
                    }
                },
                holder.address());
        assertThat(homes).hasSizeGreaterThan(8);
        for (Path home : homes) {
            WeightPeer again = new WeightPeer(home);
            opened.add(again);
            ModelDirectory model = pull(again, progress -> {}, holder.address());
            assertWhole(model.path());
        }
    }

    /** What a process that ends now leaves behind. */
    private static Path copy(WeightPeer puller, Path home) {
        try (Stream<Path> files = Files.list(puller.directory(ID))) {
            Path target = Files.createDirectories(home.resolve("models").resolve(ID));
            // the list of what is here first, as it is older than the bytes
            for (Path file : files.sorted((a, b) ->
                            Boolean.compare(b.endsWith(ModelInventory.PARTIAL), a.endsWith(ModelInventory.PARTIAL)))
                    .filter(file -> !file.toString().endsWith(".new"))
                    .toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSilentHoldersPiecesGoToTheOther() throws IOException {
        WeightPeer silent = holder(service -> request -> isRead(request) ? Flux.never() : service.serve(request));
        WeightPeer other = holder();
        WeightPeer puller = peer();

        pull(puller, progress -> {}, silent.address(), other.address());

        assertWhole(puller);
    }

    @Test
    void aBusyHolderIsAskedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        WeightPeer busy = holder(service -> request -> isRead(request) && asked.getAndIncrement() % 4 == 0
                ? Flux.error(new ExofluxException(ErrorCode.OVERLOADED, "busy"))
                : service.serve(request));
        WeightPeer puller = peer();

        puller.pull(ID, new Shard(new LayerRange(1, 2), whole.modelLayers()), busy.address());

        assertThat(asked.get()).isGreaterThan(20);
    }

    @Test
    void whoCancelsIsSentNothingMoreAndGoesOnLater() throws IOException {
        WeightPeer holder = holder();
        FaultyLink link = link(holder);
        WeightPeer puller = peer();
        AtomicBoolean halfway = new AtomicBoolean();

        StepVerifier.create(puller.puller().pull(ID, whole, List.of(link.address()), at(0.5, () -> halfway.set(true))))
                .then(() -> await().atMost(PATIENCE).untilTrue(halfway))
                .thenCancel()
                .verify(PATIENCE);

        List<PullProgress> progress = new ArrayList<>();
        pull(puller, progress::add, holder.address());
        assertWhole(puller);
        assertThat(progress.getFirst().doneBytes())
                .isGreaterThan(progress.getFirst().totalBytes() * 4 / 10);
        assertThat(link.carried()).isLessThan(progress.getFirst().totalBytes());
    }

    @Test
    void aConsumerThatFailsEndsThePull() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pull(
                        puller,
                        at(0.2, () -> {
                            throw new IllegalStateException("mine");
                        }),
                        holder.address()))
                .withMessage("mine");
        pull(puller, progress -> {}, holder.address());
        assertWhole(puller);
    }
}
