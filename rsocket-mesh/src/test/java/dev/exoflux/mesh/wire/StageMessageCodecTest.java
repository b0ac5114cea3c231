package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.SequenceSettings;
import dev.exoflux.pipeline.Span;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What travels, byte for byte, and what happens to bytes that nobody sent. */
@ExtendWith(NoLeaks.class)
final class StageMessageCodecTest {

    private static final int MAX_BYTES = 1 << 20;
    private static final ByteBufAllocator MEMORY = PooledByteBufAllocator.DEFAULT;

    private final StageMessageCodec f32 = new StageMessageCodec(HiddenFormat.F32, MAX_BYTES);
    private final StageMessageCodec bf16 = new StageMessageCodec(HiddenFormat.BF16, MAX_BYTES);

    private static byte[] encode(StageMessageCodec codec, StageMessage message) {
        ByteBuf frame = codec.encode(message, MEMORY);
        try {
            assertThat(frame.writableBytes()).as("room left").isZero();
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    private StageMessage decode(byte[] frame) {
        return f32.decode(Unpooled.wrappedBuffer(frame));
    }

    /** Messages that the golden frames were made of; a new version adds names, and changes none. */
    private static Map<String, StageMessage> goldenMessages() {
        SamplingSettings sampling = new SamplingSettings(
                0.75f, 40, 0.5f, 0.125f, 1.5f, -0.25f, 2, Map.of(7, -100f, 3, 1.5f), 0x0123456789abcdefL, 5);
        Span opens = new Span(
                1, 16, 2, 1, Span.UNKNOWN, new SequenceSettings(sampling, 17, 64, new SequenceSettings.Prefix(9, 16)));
        Span goesOn = new Span(0x1122334455667788L, 300, 1, 1, 42, null);
        List<Span> spans = List.of(opens, goesOn);
        Sampled.Logprobs logprobs = new Sampled.Logprobs(-0.5f, List.of(new Sampled.Alternative(4, -0.25f)));
        float[] hidden = {1, -2, 0.5f, Float.POSITIVE_INFINITY, -0f, 3.1415927f};
        Map<String, StageMessage> messages = new LinkedHashMap<>();
        messages.put("prompt-tokens", new TokenBatch(spans, new int[] {5, 6, 7}, List.of()));
        messages.put("chosen-tokens", new TokenBatch(spans, new int[] {8, 9}, Arrays.asList(logprobs, null)));
        messages.put("activations", new ActivationBatch(spans, new int[] {5, 6, 7}, hidden, 2));
        Span drafted = new Span(3, 20, 4, 4, Span.UNKNOWN, null, 3);
        messages.put("drafted-tokens", new TokenBatch(List.of(drafted), new int[] {5, 6, 7, 8}, List.of()));
        long[] nanos = {1_000_000, 2};
        messages.put(
                "timed-chosen-tokens", new TokenBatch(spans, new int[] {8, 9}, Arrays.asList(logprobs, null), nanos));
        messages.put("timed-activations", new ActivationBatch(spans, new int[] {5, 6, 7}, hidden, 2, nanos));
        messages.put("retire", new Retire(0x1122334455667788L));
        messages.put("failed", new Failed(3, ErrorCode.OUT_OF_MEMORY, "No memory.\nMaybe später."));
        return messages;
    }

    @Test
    void writesTheGoldenFramesAndReadsThem() throws IOException {
        Properties golden = new Properties();
        try (InputStream in = getClass().getResourceAsStream("golden-frames.properties")) {
            golden.load(Objects.requireNonNull(in));
        }
        Map<String, String> written = new LinkedHashMap<>();
        goldenMessages().forEach((name, message) -> {
            written.put(name, HexFormat.of().formatHex(encode(f32, message)));
            written.put(name + ".bf16", HexFormat.of().formatHex(encode(bf16, message)));
        });
        assertThat(golden.stringPropertyNames()).isEqualTo(written.keySet());
        written.forEach((name, hex) -> {
            assertThat(hex).as(name).isEqualTo(golden.getProperty(name));
            StageMessage message = goldenMessages().get(name.replace(".bf16", ""));
            if (!name.endsWith("activations.bf16")) {
                assertThat(decode(HexFormat.of().parseHex(hex)))
                        .as(name)
                        .usingRecursiveComparison()
                        .isEqualTo(message);
            }
        });
    }

    @Test
    void bringsBackWhatWasSent() {
        RandomMessages messages = new RandomMessages(1);
        for (int i = 0; i < 3000; i++) {
            StageMessage message = messages.next();
            byte[] frame = encode(f32, message);
            StageMessage back = decode(frame);
            assertThat(back)
                    .usingRecursiveComparison()
                    .withComparatorForType(Float::compare, Float.class)
                    .isEqualTo(message);
            assertThat(encode(f32, back)).isEqualTo(frame); // bit for bit, whatever is not a number too
        }
    }

    @Test
    void readsAFrameThatLiesInPieces() {
        RandomMessages messages = new RandomMessages(2);
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            byte[] frame = encode(f32, messages.next());
            ByteBuf pieces = Unpooled.compositeBuffer(1000);
            for (int from = 0; from < frame.length; ) {
                int to = Math.min(frame.length, from + 1 + random.nextInt(99));
                pieces = ((io.netty.buffer.CompositeByteBuf) pieces)
                        .addComponent(true, MEMORY.directBuffer().writeBytes(frame, from, to - from));
                from = to;
            }
            assertThat(encode(f32, f32.decode(pieces))).isEqualTo(frame);
            pieces.release();
        }
    }

    @Test
    void roundsToTheNearestBf16AndTiesToTheEvenOne() {
        for (int upper = 0; upper < 0x10000; upper++) {
            for (int lower : new int[] {0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF}) {
                float value = Float.intBitsToFloat((upper << 16) | lower);
                float rounded = Float.intBitsToFloat(HiddenStates.bf16(value) << 16);
                if (Float.isNaN(value)) {
                    assertThat(rounded).isNaN();
                    continue;
                }
                boolean up = lower > 0x8000 || (lower == 0x8000 && (upper & 1) == 1);
                assertThat(Float.floatToRawIntBits(rounded) >>> 16).isEqualTo(upper + (up ? 1 : 0));
            }
        }
    }

    @Test
    void refusesWhatIsCutOffOrGoesOn() {
        RandomMessages messages = new RandomMessages(3);
        for (int i = 0; i < 300; i++) {
            byte[] frame = encode(f32, messages.next());
            for (int length = 0; length < frame.length; length += 1 + frame.length / 60) {
                refuses(Arrays.copyOf(frame, length));
                byte[] relabelled = Arrays.copyOf(frame, length);
                if (length >= StageMessageCodec.HEADER_BYTES) { // the header says what is there
                    relabel(relabelled, length - StageMessageCodec.HEADER_BYTES);
                    refuses(relabelled);
                }
            }
            refuses(Arrays.copyOf(frame, frame.length + 1));
            byte[] longer = Arrays.copyOf(frame, frame.length + 3);
            relabel(longer, longer.length - StageMessageCodec.HEADER_BYTES);
            refuses(longer);
        }
    }

    private static void relabel(byte[] frame, int length) {
        Unpooled.wrappedBuffer(frame).setIntLE(4, length);
    }

    @Test
    void takesBitsThatFlippedAsAMessageOrRefusesThem() {
        RandomMessages messages = new RandomMessages(4);
        Random random = new Random(4);
        for (int i = 0; i < 300; i++) {
            byte[] frame = encode(f32, messages.next());
            for (int flips = 0; flips < 100; flips++) {
                byte[] flipped = frame.clone();
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    int bit = random.nextInt(8 * Math.min(frame.length, 200));
                    flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
                }
                readsOrRefuses(flipped);
            }
        }
    }

    @Test
    void refusesNoise() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length >= StageMessageCodec.HEADER_BYTES && random.nextBoolean()) { // behind a good header
                System.arraycopy(new byte[] {'e', 'x', 1, (byte) (1 + random.nextInt(5))}, 0, noise, 0, 4);
                relabel(noise, noise.length - StageMessageCodec.HEADER_BYTES);
            }
            readsOrRefuses(noise);
        }
    }

    @Test
    void refusesWhatIsLargerThanTheBound() {
        StageMessageCodec small = new StageMessageCodec(HiddenFormat.F32, 100);
        ActivationBatch large = new ActivationBatch(List.of(), new int[0], new float[100], 100);
        assertThatThrownBy(() -> small.encode(large, MEMORY)).hasMessageContaining("100 may travel");
        byte[] frame = encode(f32, large);
        assertThatThrownBy(() -> small.decode(Unpooled.wrappedBuffer(frame))).hasMessageContaining("cannot be read");
    }

    @Test
    void saysWhenThePeerIsOfAnotherVersion() {
        byte[] frame = encode(f32, new Retire(1));
        frame[2] = 9;
        assertThatThrownBy(() -> decode(frame))
                .hasMessageContaining("version 9")
                .hasMessageContaining("Maybe run");
    }

    private void refuses(byte[] frame) {
        assertThatThrownBy(() -> decode(frame))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL));
    }

    private void readsOrRefuses(byte[] frame) {
        StageMessage message;
        try {
            message = decode(frame);
        } catch (ExofluxException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL);
            return;
        }
        assertThat(message).isNotNull();
        assertThat(encode(f32, message)).isNotEmpty();
    }
}
