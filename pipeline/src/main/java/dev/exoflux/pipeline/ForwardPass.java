package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Sampled;
import dev.exoflux.model.Sampler;
import dev.exoflux.model.Tensor;
import dev.exoflux.pipeline.OpenSequences.OpenSequence;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pass of a batch through a stage's layers: ids or hidden states in, hidden states or, at the tail, chosen tokens out.
 * Used by the stage's compute thread alone.
 */
final class ForwardPass {

    private final CausalLm model;
    private final Backend backend;
    private final Sampler sampler = new Sampler();
    private final float[] logits;

    ForwardPass(CausalLm model, Backend backend) {
        this.model = model;
        this.backend = backend;
        this.logits = new float[tail() ? model.vocabularySize() : 0];
    }

    /**
     * One sequence's share of a batch.
     *
     * @param ids its tokens, {@code span.count()} of them
     * @param row of its first token in the batch that arrived
     */
    @SuppressWarnings("ArrayRecordComponent") // never leaves the stage
    record Part(Span span, OpenSequence sequence, int[] ids, int row) {}

    /**
     * What became of a part.
     *
     * @param hidden its rows for the next stage; empty at the tail
     * @param chosen one for each of the span's outputs, fewer where a proposal did not hold; empty before the tail
     */
    @SuppressWarnings("ArrayRecordComponent") // never leaves the stage
    record Outcome(Part part, float[] hidden, List<Sampled> chosen) {}

    /**
     * Computes {@code parts} in one pass, and only if all of it succeeds do their caches grow.
     *
     * @param arrived hidden states of the whole batch that arrived; null on the first stage
     */
    List<Outcome> run(List<Part> parts, float @Nullable [] arrived) {
        List<Outcome> outcomes;
        try (Ops ops = backend.open()) {
            Tensor hidden = arrived == null
                    ? model.embed(ops, ids(parts))
                    : ops.upload(rows(parts, arrived), model.hiddenSize());
            hidden = model.layers(ops, hidden, positions(parts));
            outcomes = tail() ? choose(ops, hidden, parts) : read(ops, hidden, parts);
        }
        for (Part part : parts) {
            part.sequence().cache().extend(part.span().position() + part.span().count());
        }
        return outcomes;
    }

    /**
     * What to send on: to the next stage, or from the tail to the entry.
     *
     * @param stageNanos what each stage up to this one has taken
     */
    StageMessage message(List<Outcome> outcomes, long[] stageNanos) {
        if (tail()) {
            return tokens(outcomes, stageNanos);
        }
        List<Part> parts = outcomes.stream().map(Outcome::part).toList();
        List<Span> spans = parts.stream().map(Part::span).toList();
        return new ActivationBatch(spans, ids(parts), hidden(outcomes), model.hiddenSize(), stageNanos);
    }

    private boolean tail() {
        return model.shard().last();
    }

    private static TokenBatch tokens(List<Outcome> outcomes, long[] stageNanos) {
        List<Span> spans = outcomes.stream()
                .map(outcome -> outcome.part().span().verified(outcome.chosen().size()))
                .toList();
        List<Sampled> chosen =
                outcomes.stream().flatMap(outcome -> outcome.chosen().stream()).toList();
        List<Sampled.@Nullable Logprobs> logprobs = new ArrayList<>(chosen.size());
        chosen.forEach(sampled -> logprobs.add(sampled.logprobs()));
        return new TokenBatch(spans, chosen.stream().mapToInt(Sampled::id).toArray(), logprobs, stageNanos);
    }

    private static float[] hidden(List<Outcome> outcomes) {
        float[] hidden = new float
                [outcomes.stream().mapToInt(outcome -> outcome.hidden().length).sum()];
        int filled = 0;
        for (Outcome outcome : outcomes) {
            System.arraycopy(outcome.hidden(), 0, hidden, filled, outcome.hidden().length);
            filled += outcome.hidden().length;
        }
        return hidden;
    }

    private static int[] ids(List<Part> parts) {
        return parts.stream().flatMapToInt(part -> Arrays.stream(part.ids())).toArray();
    }

    private static Positions positions(List<Part> parts) {
        return new Positions(parts.stream()
                .map(part -> new Positions.Run(
                        part.sequence().cache(),
                        part.span().position(),
                        part.span().count()))
                .toList());
    }

    /** The rows of {@code parts} out of those of the whole batch. */
    private float[] rows(List<Part> parts, float[] arrived) {
        int width = model.hiddenSize();
        float[] rows =
                new float[parts.stream().mapToInt(part -> part.span().count()).sum() * width];
        int filled = 0;
        for (Part part : parts) {
            int length = part.span().count() * width;
            System.arraycopy(arrived, part.row() * width, rows, filled, length);
            filled += length;
        }
        return rows;
    }

    private List<Outcome> read(Ops ops, Tensor hidden, List<Part> parts) {
        float[] row = new float[hidden.width()];
        List<Outcome> outcomes = new ArrayList<>(parts.size());
        int from = 0;
        for (Part part : parts) {
            int count = part.span().count();
            float[] own = new float[count * row.length];
            for (int i = 0; i < count; i++) {
                ops.read(hidden, from + i, row);
                System.arraycopy(row, 0, own, i * row.length, row.length);
            }
            outcomes.add(new Outcome(part, own, List.of()));
            from += count;
        }
        return outcomes;
    }

    /** Logits of the rows that are asked for, and of no others. */
    private List<Outcome> choose(Ops ops, Tensor hidden, List<Part> parts) {
        int[] wanted =
                new int[parts.stream().mapToInt(part -> part.span().outputs()).sum()];
        int filled = 0;
        int end = 0;
        for (Part part : parts) {
            end += part.span().count();
            for (int row = end - part.span().outputs(); row < end; row++) {
                wanted[filled++] = row;
            }
        }
        Tensor rows = filled == 0 ? hidden : model.logits(ops, ops.gather(hidden, wanted));
        List<Outcome> outcomes = new ArrayList<>(parts.size());
        int row = 0;
        for (Part part : parts) {
            outcomes.add(new Outcome(part, new float[0], follow(ops, rows, row, part)));
            row += part.span().outputs();
        }
        return outcomes;
    }

    /**
     * What follows each of a part's outputs, whose logits are in {@code rows} from {@code row} on, up to the first proposal that
     * does not hold.
     */
    private List<Sampled> follow(Ops ops, Tensor rows, int row, Part part) {
        Span span = part.span();
        List<Sampled> chosen = new ArrayList<>(span.outputs());
        int known = span.count() - span.drafted();
        part.sequence().history().write(span.position(), Arrays.copyOf(part.ids(), known));
        for (int i = span.count() - span.outputs(); i < span.count(); i++) {
            ops.read(rows, row++, logits);
            if (i + 1 < known) {
                chosen.add(score(part, part.ids()[i + 1]));
                continue;
            }
            int end = span.position() + i + 1;
            Sampled next = span.next() == Span.UNKNOWN ? sample(part, end) : score(part, span.next());
            chosen.add(next);
            if (i + 1 < span.count()) {
                if (next.id() != part.ids()[i + 1]) {
                    break; // what was computed beyond builds on a token that is none
                }
                part.sequence().history().write(end, next.id());
            }
        }
        return chosen;
    }

    private Sampled sample(Part part, int position) {
        OpenSequence sequence = part.sequence();
        return sampler.sample(logits, sequence.settings().sampling(), sequence.history(), position);
    }

    private Sampled score(Part part, int next) {
        return sampler.score(logits, part.sequence().settings().sampling(), next);
    }
}
