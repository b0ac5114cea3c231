package dev.exoflux.mesh.weights;

import static dev.exoflux.mesh.weights.WeightPeer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ByteRange;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.ModelRepository;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What a peer can have, and what it cannot. */
@ExtendWith(NoLeaks.class)
final class WeightServiceTest {

    private static final String TINY = "exoflux/tiny";

    @TempDir
    private Path home;

    private WeightService service;
    private String fingerprint;

    @BeforeEach
    void open() {
        ModelLibrary library = new ModelLibrary(new ModelRepository(home, home));
        service = new WeightService(library);
        fingerprint = library.fingerprint(TINY).orElseThrow();
    }

    private Flux<ByteBuf> ask(WeightRequest request) {
        ByteBuf bytes = Unpooled.wrappedBuffer(request.encode());
        return service.serve(bytes);
    }

    private WeightRequest.Read read(String file, long from, long to) {
        return new WeightRequest.Read(TINY, fingerprint, file, new ByteRange(from, to));
    }

    private void assertFails(WeightRequest request, ErrorCode code) {
        StepVerifier.create(ask(request))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                told -> assertThat(told.code()).isEqualTo(code)))
                .verify(PATIENCE);
    }

    @Test
    void describesAModel() {
        StepVerifier.create(ask(new WeightRequest.Describe(TINY)).map(InventoryCodec::decode))
                .assertNext(inventory -> {
                    assertThat(inventory.complete()).isTrue();
                    assertThat(inventory.fingerprint()).isEqualTo(fingerprint);
                    assertThat(inventory.file("tokenizer.json")).isPresent();
                })
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void sendsFramesAndTheirHash() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        List<Integer> sizes = new ArrayList<>();
        List<byte[]> hashes = new ArrayList<>();
        StepVerifier.create(ask(read("model.safetensors", 100, 100 + (2 << 20) + 5)))
                .thenConsumeWhile(frame -> true, frame -> {
                    int mark = frame.readByte();
                    byte[] bytes = ByteBufUtil.getBytes(frame);
                    frame.release();
                    if (mark == RangeFrame.DATA) {
                        sizes.add(bytes.length);
                        digest.update(bytes);
                    } else {
                        hashes.add(bytes);
                    }
                })
                .expectComplete()
                .verify(PATIENCE);
        assertThat(sizes).containsExactly(1 << 20, 1 << 20, 5);
        assertThat(hashes).containsExactly(digest.digest());
    }

    @Test
    void givesNothingThatADescriptionDoesNotName() {
        assertFails(new WeightRequest.Describe("../../etc"), ErrorCode.MODEL_NOT_FOUND);
        assertFails(new WeightRequest.Describe(home.toString()), ErrorCode.MODEL_NOT_FOUND);
        assertFails(read("../config.json", 0, 1), ErrorCode.MODEL_INVALID);
        assertFails(read("/etc/passwd", 0, 1), ErrorCode.MODEL_INVALID);
        assertFails(read(ModelInventory.PARTIAL, 0, 1), ErrorCode.MODEL_INVALID);
        assertFails(read("config.json", 0, 1 << 20), ErrorCode.MODEL_INVALID);
        assertFails(
                new WeightRequest.Read(TINY, "0123456789abcdef", "config.json", new ByteRange(0, 1)),
                ErrorCode.MODEL_INVALID);
    }

    /** Asks for one frame, and then no more. */
    private static final class Slow extends BaseSubscriber<ByteBuf> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(ByteBuf frame) {
            frame.release();
        }
    }

    @Test
    void readsOnlyAFewRangesAtOnceForAConnection() {
        List<Disposable> slow = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            slow.add(ask(read("model.safetensors", 0, 2 << 20)).subscribeWith(new Slow()));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertFails(read("config.json", 0, 10), ErrorCode.OVERLOADED));
        StepVerifier.create(service.forConnection()
                        .serve(Unpooled.wrappedBuffer(read("config.json", 0, 10).encode()))
                        .doOnNext(ByteBuf::release))
                .expectNextCount(2)
                .expectComplete()
                .verify(PATIENCE);

        slow.forEach(Disposable::dispose);
        await().atMost(PATIENCE)
                .untilAsserted(() -> StepVerifier.create(
                                ask(read("config.json", 0, 10)).doOnNext(ByteBuf::release))
                        .expectNextCount(2)
                        .expectComplete()
                        .verify(PATIENCE));
    }
}
