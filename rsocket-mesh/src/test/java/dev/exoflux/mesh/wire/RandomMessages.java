package dev.exoflux.mesh.wire;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.SequenceSettings;
import dev.exoflux.pipeline.Span;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Messages with everything that may be in them, drawn from a seed. */
final class RandomMessages {

    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    StageMessage next() {
        return switch (random.nextInt(5)) {
            case 0 -> prompt();
            case 1 -> chosen();
            case 2 -> activations();
            case 3 -> new Retire(random.nextLong());
            default ->
                new Failed(
                        random.nextLong(),
                        List.of(ErrorCode.values()).get(random.nextInt(ErrorCode.values().length)),
                        "Häh?\nMaybe " + random.nextInt());
        };
    }

    private TokenBatch prompt() {
        List<Span> spans = spans(1);
        return new TokenBatch(spans, ids(spans.stream().mapToInt(Span::count).sum()), List.of());
    }

    private TokenBatch chosen() {
        List<Span> spans = spans(0);
        int[] ids = ids(spans.stream().mapToInt(Span::outputs).sum());
        List<Sampled.@Nullable Logprobs> logprobs = new ArrayList<>();
        for (int ignored : ids) {
            logprobs.add(random.nextBoolean() ? null : logprobs());
        }
        return new TokenBatch(spans, ids, logprobs, nanos());
    }

    private ActivationBatch activations() {
        List<Span> spans = spans(0);
        int[] ids = ids(spans.stream().mapToInt(Span::count).sum());
        int width = 1 + random.nextInt(70);
        float[] hidden = new float[ids.length * width];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Float.intBitsToFloat(random.nextInt()); // infinities and NaNs with a payload among them
        }
        return new ActivationBatch(spans, ids, hidden, width, nanos());
    }

    private long[] nanos() {
        return random.longs(random.nextInt(4)).toArray();
    }

    private List<Span> spans(int least) {
        List<Span> spans = new ArrayList<>();
        for (int i = least + random.nextInt(4); i > 0; i--) {
            int count = 1 + random.nextInt(20);
            int outputs = random.nextInt(count + 1);
            spans.add(new Span(
                    random.nextLong(),
                    random.nextInt(100_000),
                    count,
                    outputs,
                    random.nextInt(50) - 1,
                    random.nextBoolean() ? null : settings(),
                    outputs == 0 ? 0 : random.nextInt(outputs)));
        }
        return List.copyOf(spans);
    }

    private SequenceSettings settings() {
        SequenceSettings.Prefix prefix =
                random.nextBoolean() ? null : new SequenceSettings.Prefix(random.nextLong(), random.nextInt(1000));
        return new SequenceSettings(sampling(), random.nextInt(1000), 1 + random.nextInt(100_000), prefix);
    }

    SamplingSettings sampling() {
        Map<Integer, Float> bias = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            bias.put(random.nextInt(Integer.MAX_VALUE), random.nextFloat() * 200 - 100);
        }
        return new SamplingSettings(
                random.nextFloat() * 100,
                random.nextInt(100),
                1 - random.nextFloat() / 2,
                random.nextFloat(),
                random.nextFloat() + 0.5f,
                random.nextFloat() * 4 - 2,
                random.nextFloat() * 4 - 2,
                bias,
                random.nextLong(),
                random.nextInt(22) - 1);
    }

    Sampled.Logprobs logprobs() {
        List<Sampled.Alternative> top = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            top.add(new Sampled.Alternative(random.nextInt(), -random.nextFloat()));
        }
        return new Sampled.Logprobs(-random.nextFloat(), top);
    }

    private int[] ids(int count) {
        return random.ints(count, 0, Integer.MAX_VALUE).toArray();
    }
}
