package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is proposed, tokens are distributed as the model alone distributes them: a chi-squared test over 20,000 answers of two
 * tokens, of a model whose distribution is known.
 */
final class SpeculatedDrawsTest {

    private static final int TOKENS = 6;
    private static final int FIRST = 3;
    private static final int DRAWS = 20_000;

    /** Exceeded once in a thousand times by chance, for 5 and for 35 degrees of freedom. */
    private static final double MOST_OF_6 = 20.515;

    private static final double MOST_OF_36 = 66.619;

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private final float[][] logits = new float[TOKENS][TOKENS];
    private BigramModel model;
    private OpenSequences sequences;

    @BeforeEach
    void open() {
        Random random = new Random(1);
        for (float[] row : logits) {
            for (int to = 0; to < TOKENS; to++) {
                row[to] = (float) (1.5 * random.nextGaussian());
            }
        }
        model = new BigramModel(backend, logits);
        sequences = new OpenSequences(StageModel.once(model), backend, new AtomicLong());
    }

    @AfterEach
    void leavesNothingBehind() {
        sequences.close();
        model.close();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    /** How likely each token is behind another. */
    private double[] followers(int from) {
        double[] likely = new double[TOKENS];
        double sum = 0;
        for (int to = 0; to < TOKENS; to++) {
            likely[to] = Math.exp(logits[from][to]);
            sum += likely[to];
        }
        for (int to = 0; to < TOKENS; to++) {
            likely[to] /= sum;
        }
        return likely;
    }

    /** @param proposals of each round, drawn by another chance than the model's */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void areTheModelsOwn(int proposals) {
        int[][] counts = new int[TOKENS][TOKENS];
        int held = 0;
        Random guesses = new Random(7);
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] guessed = guesses.ints(proposals, 0, TOKENS).toArray();
            int[] chosen = answer(draw, guessed);
            held += chosen[0] == guessed[0] ? 1 : 0;
            counts[chosen[0]][chosen[1]]++;
        }
        assertThat(held).isBetween(DRAWS / 12, DRAWS / 3);

        double first = 0;
        double both = 0;
        double[] likely = followers(FIRST);
        for (int one = 0; one < TOKENS; one++) {
            int seen = 0;
            double[] then = followers(one);
            for (int two = 0; two < TOKENS; two++) {
                seen += counts[one][two];
                double expected = DRAWS * likely[one] * then[two];
                both += Math.pow(counts[one][two] - expected, 2) / expected;
            }
            first += Math.pow(seen - DRAWS * likely[one], 2) / (DRAWS * likely[one]);
        }
        assertThat(first).isLessThan(MOST_OF_6);
        assertThat(both).isLessThan(MOST_OF_36);
    }

    /** Two tokens behind a prompt of one, with proposals for the first round. */
    private int[] answer(int seed, int[] guessed) {
        SamplingSettings sampling =
                SamplingSettings.builder().temperature(1).seed(seed * 7919L).build();
        int[] ids = new int[1 + guessed.length];
        ids[0] = FIRST;
        System.arraycopy(guessed, 0, ids, 1, guessed.length);
        Span opens = new Span(
                seed,
                0,
                ids.length,
                ids.length,
                Span.UNKNOWN,
                new SequenceSettings(sampling, 1, 8, null),
                guessed.length);
        TokenBatch home = step(new TokenBatch(List.of(opens), ids, List.of()));
        int[] chosen = home.ids();
        if (chosen.length == 1) {
            Span next = new Span(seed, 1, 1, 1, Span.UNKNOWN, null);
            int second = step(new TokenBatch(List.of(next), chosen, List.of())).ids()[0];
            chosen = new int[] {chosen[0], second};
        }
        sequences.step(new Retire(seed));
        return chosen;
    }

    private TokenBatch step(TokenBatch batch) {
        List<StageMessage> answers = sequences.step(batch);
        assertThat(answers).hasSize(1);
        return (TokenBatch) answers.getFirst();
    }
}
