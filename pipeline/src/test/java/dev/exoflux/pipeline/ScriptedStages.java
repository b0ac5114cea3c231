package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a ring of stages computes, with a model that is nothing but a hash: a token depends on all tokens before it, so that one that is
 * lost, repeated or computed from the wrong cache shows in all that follow. Refuses what real stages would refuse.
 */
final class ScriptedStages {

    static final int TOKENS = 50;

    private final Map<Long, Held> open = new HashMap<>();

    /** A sequence on the stages. */
    private static final class Held {
        private int[] ids = new int[16];
        private int length;

        void write(int position, int[] from, int offset, int count) {
            assertThat(position).as("a position that is held").isLessThanOrEqualTo(length);
            length = position + count;
            if (length > ids.length) {
                ids = Arrays.copyOf(ids, 2 * length);
            }
            System.arraycopy(from, offset, ids, position, count);
        }
    }

    /** The token after the first {@code length} of {@code ids}. */
    static int next(int[] ids, int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + ids[i];
        }
        return Math.floorMod(hash ^ (hash >>> 15), TOKENS);
    }

    /** What an answer to a prompt is. */
    static List<Integer> answer(int[] prompt, int tokens) {
        int[] all = Arrays.copyOf(prompt, prompt.length + tokens);
        List<Integer> answer = new ArrayList<>();
        for (int i = prompt.length; i < all.length; i++) {
            all[i] = next(all, i);
            answer.add(all[i]);
        }
        return answer;
    }

    /** Everything is lost. */
    void clear() {
        open.clear();
    }

    int sequences() {
        return open.size();
    }

    /** Blocks that all caches take, if none shares any. */
    int blocks(int block) {
        int blocks = 0;
        for (Held held : open.values()) {
            blocks += Math.ceilDiv(held.length, block);
        }
        return blocks;
    }

    /**
     * What comes home for a message.
     *
     * @param fails of which sequences there is no memory for a step
     * @param nanos that each stage says it took
     */
    List<StageMessage> step(StageMessage message, LongPredicate fails, long[] nanos) {
        return switch (message) {
            case TokenBatch batch -> compute(batch, fails, nanos);
            case Retire retire -> {
                assertThat(open.remove(retire.sequence())).as("what is retired").isNotNull();
                yield List.of(retire);
            }
            case Failed failed -> List.of(failed);
            case ActivationBatch batch -> throw new AssertionError(batch);
        };
    }

    private List<StageMessage> compute(TokenBatch batch, LongPredicate fails, long[] nanos) {
        List<Span> spans = new ArrayList<>();
        List<Integer> chosen = new ArrayList<>();
        List<StageMessage> answer = new ArrayList<>();
        int row = 0;
        for (Span span : batch.spans()) {
            Held held = held(span);
            if (fails.test(span.sequence())) {
                answer.add(new Failed(span.sequence(), ErrorCode.OUT_OF_MEMORY, "no room"));
            } else if (span.position() > held.length) {
                answer.add(new Failed(span.sequence(), ErrorCode.INTERNAL, "a hole, behind a step that failed"));
            } else {
                held.write(span.position(), batch.ids(), row, span.count());
                int outputs = follow(span, held, batch.ids(), row, chosen);
                spans.add(span.verified(outputs));
            }
            row += span.count();
        }
        List<Sampled.@Nullable Logprobs> logprobs = new ArrayList<>();
        chosen.forEach(id -> logprobs.add(null));
        answer.addFirst(new TokenBatch(
                spans, chosen.stream().mapToInt(Integer::intValue).toArray(), logprobs, nanos));
        return answer;
    }

    private Held held(Span span) {
        SequenceSettings settings = span.settings();
        if (settings != null) {
            Held opened = new Held();
            assertThat(open.put(span.sequence(), opened)).as("one of that name").isNull();
            SequenceSettings.Prefix prefix = settings.prefix();
            if (prefix != null) {
                Held source = open.get(prefix.sequence());
                assertThat(source).as("whose beginning is shared").isNotNull();
                assertThat(source.length).isGreaterThanOrEqualTo(prefix.length());
                opened.write(0, source.ids, 0, prefix.length());
            }
        }
        Held held = open.get(span.sequence());
        assertThat(held).as("a sequence that is open").isNotNull();
        return held;
    }

    private static int follow(Span span, Held held, int[] ids, int row, List<Integer> chosen) {
        int outputs = 0;
        for (int i = span.count() - span.outputs(); i < span.count(); i++) {
            int next = span.next() == Span.UNKNOWN ? next(held.ids, span.position() + i + 1) : span.next();
            chosen.add(next);
            outputs++;
            if (i + 1 < span.count() && i + 1 >= span.count() - span.drafted() && next != ids[row + i + 1]) {
                break;
            }
        }
        return outputs;
    }
}
