package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Priority;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceRequest.Resumed;
import dev.exoflux.pipeline.SequenceToken;
import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Speculation;
import dev.exoflux.pipeline.Token.FinishReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What entries and batchers say to each other, byte for byte, and what happens to bytes that nobody sent. */
@ExtendWith(NoLeaks.class)
final class AnswerCodecTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_000));

    private final RandomMessages parts = new RandomMessages(1);
    private final Random random = new Random(1);

    private static byte[] encode(SequenceToken token) {
        ByteBuf frame = AnswerTokenCodec.encode(token, PooledByteBufAllocator.DEFAULT);
        try {
            assertThat(frame.writableBytes()).as("room left").isZero();
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    private static SequenceToken token(byte[] frame) {
        return AnswerTokenCodec.decode(Unpooled.wrappedBuffer(frame));
    }

    private static AnswerRequest request(byte[] frame) {
        return AnswerRequest.decode(Unpooled.wrappedBuffer(frame), CLOCK);
    }

    private SequenceToken nextToken() {
        FinishReason[] ends = {null, FinishReason.STOP, FinishReason.LENGTH};
        return new SequenceToken(
                random.nextInt(Integer.MAX_VALUE),
                random.nextBoolean(),
                random.nextBoolean() ? null : parts.logprobs(),
                random.nextInt(1000),
                random.nextBoolean() ? Speculated.NONE : new Speculated(5 + random.nextInt(100), random.nextInt(6)),
                ends[random.nextInt(3)]);
    }

    private AnswerRequest nextRequest() {
        boolean echo = random.nextBoolean();
        int[] prompt = ids(1 + random.nextInt(50));
        int[] answer = ids(random.nextInt(20));
        Set<Integer> ends = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ends.add(random.nextInt(1000) + 1_000_000_000);
        }
        SequenceRequest request = new SequenceRequest(prompt, parts.sampling(), 21 + random.nextInt(100), ends, echo);
        Resumed resumed = new Resumed(echo ? prompt.length : 0, answer);
        Speculation[] ways = {null, Speculation.byLookUp(3), Speculation.by("org/dräft", 1 + random.nextInt(16))};
        SequenceRequest speculating = request.speculating(ways[random.nextInt(3)]);
        SequenceRequest scheduled = random.nextBoolean() ? speculating : speculating.scheduled(nextScheduling());
        return new AnswerRequest("org/näme", random.nextBoolean() ? scheduled : scheduled.resume(resumed));
    }

    private Scheduling nextScheduling() {
        return new Scheduling(
                List.of(Priority.values()).get(random.nextInt(3)),
                random.nextBoolean() ? null : CLOCK.instant().plusMillis(random.nextInt(100_000)),
                random.nextInt(1000),
                random.nextInt(10));
    }

    private int[] ids(int count) {
        return random.ints(count, 0, 1_000_000_000).toArray();
    }

    /** Made of these; a new version adds names, and changes none. */
    private static Map<String, byte[]> goldenFrames() {
        SamplingSettings sampling = new SamplingSettings(
                0.75f, 40, 0.5f, 0.125f, 1.5f, -0.25f, 2, Map.of(7, -100f, 3, 1.5f), 0x0123456789abcdefL, 5);
        SequenceRequest fresh = new SequenceRequest(new int[] {5, 6, 7}, SamplingSettings.GREEDY, 64, Set.of(), false);
        SequenceRequest resumed = new SequenceRequest(new int[] {5, 6, 7}, sampling, 64, Set.of(2, 128009), true)
                .resume(new Resumed(3, new int[] {8, 9}));
        Sampled.Logprobs logprobs = new Sampled.Logprobs(-0.5f, List.of(new Sampled.Alternative(4, -0.25f)));
        Map<String, byte[]> frames = new LinkedHashMap<>();
        frames.put("request", new AnswerRequest("exoflux/tiny", fresh).encode(CLOCK));
        frames.put("request.resumed", new AnswerRequest("exoflux/tiny", resumed).encode(CLOCK));
        Speculation draft = Speculation.by("exoflux/tiny-draft", 4);
        frames.put("request.drafted", new AnswerRequest("exoflux/tiny", fresh.speculating(draft)).encode(CLOCK));
        frames.put(
                "request.looked-up",
                new AnswerRequest("exoflux/tiny", fresh.speculating(Speculation.byLookUp(8))).encode(CLOCK));
        Scheduling urgent = new Scheduling(Priority.HIGH, CLOCK.instant().plusMillis(1500), 64, 2);
        frames.put("request.scheduled", new AnswerRequest("exoflux/tiny", fresh.scheduled(urgent)).encode(CLOCK));
        frames.put("token.speculated", encode(new SequenceToken(5, false, null, 0, new Speculated(300, 2), null)));
        frames.put("token", encode(new SequenceToken(0x01020304, false, null, 17, null)));
        frames.put("token.prompt", encode(new SequenceToken(5, true, logprobs, 0, null)));
        frames.put("token.stop", encode(new SequenceToken(2, false, logprobs, 0, FinishReason.STOP)));
        frames.put("token.length", encode(new SequenceToken(2, true, null, 0, FinishReason.LENGTH)));
        return frames;
    }

    @Test
    void writesTheGoldenFramesAndReadsThem() throws IOException {
        Properties golden = new Properties();
        try (InputStream in = getClass().getResourceAsStream("golden-answers.properties")) {
            golden.load(Objects.requireNonNull(in));
        }
        Map<String, byte[]> written = goldenFrames();
        assertThat(golden.stringPropertyNames()).isEqualTo(written.keySet());
        written.forEach((name, frame) -> {
            assertThat(HexFormat.of().formatHex(frame)).as(name).isEqualTo(golden.getProperty(name));
            assertThat(name.startsWith("request") ? request(frame).encode(CLOCK) : encode(token(frame)))
                    .as(name)
                    .isEqualTo(frame);
        });
    }

    @Test
    void bringsBackWhatWasSent() {
        for (int i = 0; i < 2000; i++) {
            AnswerRequest request = nextRequest();
            assertThat(request(request.encode(CLOCK)))
                    .usingRecursiveComparison()
                    .isEqualTo(request);
            SequenceToken token = nextToken();
            assertThat(token(encode(token))).isEqualTo(token);
        }
    }

    @Test
    void refusesWhatIsCutOffOrGoesOn() {
        for (int i = 0; i < 200; i++) {
            cut(nextRequest().encode(CLOCK), AnswerCodecTest::request);
            cut(encode(nextToken()), AnswerCodecTest::token);
        }
    }

    private static void cut(byte[] frame, Function<byte[], ?> decode) {
        for (int length = 0; length < frame.length; length += 1 + frame.length / 60) {
            byte[] less = Arrays.copyOf(frame, length);
            refuses(() -> decode.apply(less));
        }
        byte[] more = Arrays.copyOf(frame, frame.length + 1);
        refuses(() -> decode.apply(more));
    }

    @Test
    void takesBitsThatFlippedAsAnotherMessageOrRefusesThem() {
        for (int i = 0; i < 500; i++) {
            flip(nextRequest().encode(CLOCK), frame -> request(frame).encode(CLOCK));
            flip(encode(nextToken()), frame -> encode(token(frame)));
        }
    }

    private void flip(byte[] frame, Function<byte[], byte[]> again) {
        for (int flips = 0; flips < 50; flips++) {
            byte[] flipped = frame.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                int bit = random.nextInt(8 * frame.length);
                flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
            }
            readsOrRefuses(flipped, again);
        }
    }

    @Test
    void refusesNoise() {
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[1 + random.nextInt(100)];
            random.nextBytes(noise);
            noise[0] = random.nextBoolean() ? 1 : noise[0]; // behind a version that is known
            readsOrRefuses(noise, frame -> request(frame).encode(CLOCK));
            readsOrRefuses(noise, frame -> encode(token(frame)));
        }
    }

    private static void readsOrRefuses(byte[] frame, Function<byte[], byte[]> again) {
        try {
            assertThat(again.apply(frame)).isNotEmpty();
        } catch (ExofluxException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL);
        }
    }

    @Test
    void refusesAnAnswerThatIsOverAlready() {
        SequenceRequest request = new SequenceRequest(new int[] {5}, SamplingSettings.GREEDY, 2, Set.of(), false)
                .resume(new Resumed(0, new int[] {8}));
        byte[] frame = new AnswerRequest("m", request).encode(CLOCK);
        frame[frame.length - 8] = 2; // tokens answered
        byte[] full = Arrays.copyOf(frame, frame.length + 4);
        refuses(() -> request(full));
    }

    @Test
    void saysOfADeadlineWhatIsLeftOfIt() {
        SequenceRequest request = new SequenceRequest(new int[] {5}, SamplingSettings.GREEDY, 2, Set.of(), false)
                .scheduled(Scheduling.DEFAULT.withDeadline(Instant.ofEpochMilli(3_000)));
        byte[] frame = new AnswerRequest("m", request).encode(CLOCK);
        InstantSource slow = InstantSource.fixed(Instant.ofEpochMilli(400));
        assertThat(AnswerRequest.decode(Unpooled.wrappedBuffer(frame), slow)
                        .request()
                        .scheduling()
                        .deadline())
                .isEqualTo(Instant.ofEpochMilli(2_400));
        byte[] late = new AnswerRequest("m", request).encode(InstantSource.fixed(Instant.ofEpochMilli(9_000)));
        assertThat(request(late).request().scheduling().deadline())
                .as("passed, and not in the past")
                .isEqualTo(CLOCK.instant());
    }

    @Test
    void saysWhenThePeerIsOfAnotherVersion() {
        byte[] frame = nextRequest().encode(CLOCK);
        frame[0] = 9;
        assertThatThrownBy(() -> request(frame))
                .hasMessageContaining("version 9")
                .hasMessageContaining("Maybe run");
    }

    private static void refuses(ThrowingCallable decoding) {
        assertThatThrownBy(decoding)
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL));
    }
}
