package dev.exoflux.mesh.weights;

import static dev.exoflux.mesh.weights.WeightPeer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.mesh.wire.FaultyLink;
import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.model.weights.WeightPlaces;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.ModelFootprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** What comes from peers whose links and disks are well. */
@ExtendWith(NoLeaks.class)
final class WeightPullTest {

    private static final String ID = "org/model";

    @TempDir
    private Path root;

    private Path source;
    private ModelDirectory whole;
    private final List<WeightPeer> peers = new ArrayList<>();

    @BeforeEach
    void findSource() {
        source = new ModelRepository(root.resolve("source"), root)
                .resolve("exoflux/tiny")
                .path();
        whole = ModelDirectory.open(ID, source);
    }

    @AfterEach
    void close() {
        peers.forEach(WeightPeer::close);
    }

    private WeightPeer peer() {
        WeightPeer peer = new WeightPeer(root.resolve("peer" + peers.size()));
        peers.add(peer);
        return peer;
    }

    private WeightPeer holder() throws IOException {
        return peer().with(ID, source);
    }

    private Shard shard(int from, int to) {
        return new Shard(new LayerRange(from, to), whole.config().layers());
    }

    private static HeldModel held(WeightPeer peer) {
        return peer.library().held().stream()
                .filter(model -> model.id().equals(ID))
                .findFirst()
                .orElseThrow();
    }

    /** Bytes that a shard is loaded from. */
    private long bytes(Shard shard) {
        return WeightPlaces.of(whole).of(shard).values().stream()
                .mapToLong(ByteRanges::bytes)
                .sum();
    }

    private static long descriptionBytes(ModelInventory inventory) {
        return inventory.files().stream()
                .mapToLong(file -> file.description().bytes())
                .sum();
    }

    private static void assertSameFiles(Path actual, Path expected) throws IOException {
        List<String> names = names(actual);
        assertThat(names).isEqualTo(names(expected));
        for (String name : names) {
            assertThat(Files.mismatch(actual.resolve(name), expected.resolve(name)))
                    .as(name)
                    .isEqualTo(-1);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void bringsAWholeModel() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        List<PullProgress> progress = new ArrayList<>();

        ModelDirectory model = puller.puller()
                .pull(ID, Shard.whole(whole.config().layers()), List.of(holder.address()), progress::add)
                .blockOptional(PATIENCE)
                .orElseThrow();

        assertThat(model.path()).isEqualTo(puller.directory(ID));
        assertSameFiles(model.path(), source);
        assertThat(held(puller)).isEqualTo(held(holder));
        assertThat(new ModelRepository(root.resolve("peer1"), root).resolve(ID)).isEqualTo(model);
        long total = ModelInventory.of(source).bytes();
        assertThat(progress.getLast()).isEqualTo(new PullProgress(total, total));
        assertThat(progress).extracting(PullProgress::doneBytes).isSorted();
        assertThat(progress).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistral-window-12-sharded", "llama-q8-g64", "qwen3-untied-biases"})
    void bringsModelsOfSeveralFiles(String name) throws IOException {
        Path directory = TestCheckpoints.named(name);
        int layers = ModelDirectory.open(ID, directory).config().layers();
        WeightPeer holder = peer().with(ID, directory);
        WeightPeer puller = peer();
        for (int layer = layers - 1; layer >= 0; layer--) {
            puller.pull(ID, new Shard(new LayerRange(layer, layer + 1), layers), holder.address());
        }
        for (String file : names(puller.directory(ID))) {
            assertThat(Files.mismatch(puller.directory(ID).resolve(file), directory.resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
        assertThat(held(puller).complete()).isTrue();
    }

    @Test
    void bringsADescriptionWithoutWeights() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        try (FaultyLink link = new FaultyLink(holder.address())) {
            ModelDirectory model = puller.pull(ID, null, link.address());

            assertThat(ModelFootprint.of(model, 2)).isEqualTo(ModelFootprint.of(whole, 2));
            assertThat(Files.mismatch(model.tokenizer(), whole.tokenizer())).isEqualTo(-1);
            assertThat(link.carried()).isBetween(90_000L, 120_000L);
        }
        assertThat(puller.library().find(ID)).isPresent();
        assertThat(held(puller).layers()).isEmpty();
        assertThat(held(puller).complete()).isFalse();
        for (int layer = 0; layer < whole.config().layers(); layer++) {
            assertThat(puller.library().holds(ID, shard(layer, layer + 1))).isFalse();
        }
    }

    @Test
    void bringsTheBytesOfAShardAndNoMore() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        ModelInventory all = ModelInventory.of(source);
        try (FaultyLink link = new FaultyLink(holder.address())) {
            ModelDirectory model = puller.pull(ID, shard(1, 3), link.address());

            long expected = bytes(shard(1, 3)) + descriptionBytes(all);
            assertThat(link.carried()).isBetween(expected, expected + expected / 50);
            ModelInventory here = ModelInventory.of(model.path());
            assertThat(here.bytesHere()).isEqualTo(expected);
            assertThat(here.fingerprint()).isEqualTo(all.fingerprint());
        }
        assertThat(held(puller).layers()).containsExactly(new LayerRange(1, 3));
        assertThat(held(puller).fingerprint()).isEqualTo(held(holder).fingerprint());
        assertThat(puller.library().holds(ID, shard(1, 3))).isTrue();
        assertThat(puller.library().holds(ID, shard(1, 4))).isFalse();
        assertThat(puller.library().holds(ID, shard(0, 3))).isFalse();
    }

    @Test
    void bringsTheEmbeddingToBothEndsWhereItIsTheHeadToo() throws IOException {
        int layers = whole.config().layers();
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        puller.pull(ID, shard(layers - 1, layers), holder.address());

        assertThat(puller.library().holds(ID, shard(layers - 1, layers))).isTrue();
        long before = held(puller).bytes();
        puller.pull(ID, shard(0, 1), holder.address());
        assertThat(held(puller).bytes() - before).isLessThan(bytes(shard(0, 1))); // the table was there
    }

    @Test
    void partsAddUpToTheWhole() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        int layers = whole.config().layers();
        puller.pull(ID, shard(2, layers), holder.address());
        assertThat(Files.exists(puller.directory(ID).resolve(ModelInventory.PARTIAL)))
                .isTrue();

        puller.pull(ID, shard(0, 2), holder.address());

        assertSameFiles(puller.directory(ID), source);
        assertThat(held(puller).complete()).isTrue();
    }

    @Test
    void whatIsHereIsNotAskedFor() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        puller.pull(ID, shard(0, 2), holder.address());
        holder.close();

        assertThat(puller.pull(ID, shard(1, 2), holder.address()).path()).isEqualTo(puller.directory(ID));
        assertThat(puller.pull(ID, null).path()).isEqualTo(puller.directory(ID));
        assertThat(puller.pull("exoflux/tiny", shard(0, 5)).id()).isEqualTo("exoflux/tiny");
    }

    @Test
    void holdersOfPartsTogetherGiveTheWhole() throws IOException {
        WeightPeer holder = holder();
        WeightPeer first = peer();
        WeightPeer second = peer();
        WeightPeer puller = peer();
        int layers = whole.config().layers();
        first.pull(ID, shard(0, 3), holder.address());
        second.pull(ID, shard(2, layers), holder.address());

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> puller.pull(ID, Shard.whole(layers), second.address()))
                .withMessageContainingAll("bytes of model.safetensors", ID, "any peer that is left")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_LOST));
        puller.pull(ID, Shard.whole(layers), first.address(), second.address());

        assertSameFiles(puller.directory(ID), source);
    }

    @Test
    void twoPullsOfOneModelDoNotDisturbEachOther() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        List<PeerAddress> holders = List.of(holder.address());
        WeightPuller one = puller.puller();
        WeightPuller other = puller.puller();
        Shard left = shard(0, 3);
        Shard right = shard(2, whole.config().layers());

        Mono.when(one.pull(ID, left, holders, progress -> {}), other.pull(ID, right, holders, progress -> {}))
                .block(PATIENCE);

        assertSameFiles(puller.directory(ID), source);
    }

    @Test
    void peersOfOneDataDirectoryFillItTogether() throws IOException {
        WeightPeer holder = holder();
        WeightPeer first = peer();
        WeightPeer second = new WeightPeer(root.resolve("peer1"));
        peers.add(second);
        List<PeerAddress> holders = List.of(holder.address());
        Shard right = shard(3, whole.config().layers());

        Mono.when(
                        first.puller().pull(ID, shard(0, 3), holders, progress -> {}),
                        second.puller().pull(ID, right, holders, progress -> {}))
                .block(PATIENCE);

        assertSameFiles(first.directory(ID), source);
        assertThat(held(first)).isEqualTo(held(second));
    }

    @Test
    void checkpointsOfOneNameAreNotMixed() throws IOException {
        WeightPeer holder = holder();
        WeightPeer other = holder();
        Path config = other.directory(ID).resolve("config.json");
        Files.writeString(config, Files.readString(config) + "\n");
        String fingerprint = other.library().fingerprint(ID).orElseThrow();
        WeightPeer puller = peer();
        puller.pull(ID, shard(0, 1), holder.address(), other.address());

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> puller.pull(ID, shard(1, 2), other.address()))
                .withMessageContainingAll(fingerprint, held(holder).fingerprint(), "Maybe remove")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> puller.puller()
                        .pull(ID, fingerprint, shard(0, 1), List.of(other.address()), progress -> {})
                        .block(PATIENCE))
                .withMessageContainingAll(fingerprint, held(holder).fingerprint())
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        puller.pull(ID, Shard.whole(whole.config().layers()), other.address(), holder.address());
        assertSameFiles(puller.directory(ID), source);
    }

    @Test
    void saysBeforeItStartsThatTheDiskIsTooSmall() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        long needed = bytes(shard(1, 2));

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> puller.puller(place -> needed - 1)
                        .pull(ID, shard(1, 2), List.of(holder.address()), progress -> {})
                        .block(PATIENCE))
                .withMessageContainingAll(ID, needed + " bytes", (needed - 1) + " are free", "EXOFLUX_HOME")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
        assertThat(held(puller).layers()).isEmpty();
        puller.puller(place -> needed)
                .pull(ID, shard(1, 2), List.of(holder.address()), progress -> {})
                .block(PATIENCE);
    }

    @Test
    void leavesAloneWhatItDidNotWrite() throws IOException {
        WeightPeer holder = holder();
        WeightPeer puller = peer();
        Path note = Files.createDirectories(puller.directory(ID)).resolve("note.txt");
        Files.writeString(note, "mine");

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> puller.pull(ID, shard(0, 1), holder.address()))
                .withMessageContainingAll(puller.directory(ID).toString(), "in the way")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        assertThat(names(puller.directory(ID))).containsExactly("note.txt");
    }

    @Test
    void saysWhatBecameOfEveryHolder() throws IOException {
        WeightPeer without = peer();
        WeightPeer puller = peer();
        WeightPeer gone = peer();
        gone.close();

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> puller.pull(ID, null, without.address(), gone.address()))
                .withMessageContainingAll(
                        without.address() + ": This peer does not have the model", gone.address() + ": ", "hf download")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_LOST));
    }
}
