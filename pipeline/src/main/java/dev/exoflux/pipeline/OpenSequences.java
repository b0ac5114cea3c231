package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.TokenHistory;
import dev.exoflux.pipeline.ForwardPass.Outcome;
import dev.exoflux.pipeline.ForwardPass.Part;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequences that pass through one stage, and what the stage does with each message. Lives on the stage's compute thread
 * alone; owns the caches.
 */
final class OpenSequences implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenSequences.class);

    private final StageModel shard;
    private final Backend backend;
    private final AtomicLong cacheBytes;
    private final Map<Long, OpenSequence> open = new HashMap<>();
    private CausalLm model;
    private ForwardPass pass;

    /** @param cacheBytes kept at the bytes all caches take, and back at 0 after {@link #close()} */
    OpenSequences(StageModel shard, Backend backend, AtomicLong cacheBytes) {
        this.shard = shard;
        this.backend = backend;
        this.cacheBytes = cacheBytes;
        this.model = shard.now();
        this.pass = new ForwardPass(model, backend);
    }

    /**
     * Answers one message: with its successor, and a {@link Failed} for each sequence that failed on the way.
     *
     * @throws ExofluxException BACKEND_LOST where all sequences are lost
     */
    List<StageMessage> step(StageMessage message) {
        return switch (message) {
            case TokenBatch batch -> forward(batch.spans(), batch.ids(), null, batch.stageNanos());
            case ActivationBatch batch -> forward(batch.spans(), batch.ids(), batch.hidden(), batch.stageNanos());
            case Retire retire -> release(retire);
            case Failed failed -> List.of(failed); // not ours to mend: pass it on to the entry
        };
    }

    private List<StageMessage> forward(List<Span> spans, int[] ids, float @Nullable [] hidden, long[] before) {
        long start = System.nanoTime();
        List<StageMessage> answer = new ArrayList<>();
        CausalLm its;
        try {
            its = shard.get();
        } catch (RuntimeException | OutOfMemoryError e) {
            spans.forEach(span -> answer.add(failed(span, e)));
            answer.addFirst(pass.message(List.of(), Arrays.copyOf(before, before.length + 1)));
            return answer;
        }
        use(its);
        List<Part> parts = new ArrayList<>(spans.size());
        int row = 0;
        for (Span span : spans) {
            try {
                OpenSequence sequence = ready(span);
                int[] own = Arrays.copyOfRange(ids, row, row + span.count());
                parts.add(new Part(span, sequence, own, row));
            } catch (RuntimeException | OutOfMemoryError e) {
                requireBackend(e);
                answer.add(failed(span, e));
            }
            row += span.count();
        }
        List<Outcome> outcomes = compute(parts, hidden, answer);
        long[] taken = Arrays.copyOf(before, before.length + 1);
        taken[before.length] = System.nanoTime() - start;
        answer.addFirst(pass.message(outcomes, taken));
        count();
        return answer;
    }

    /** Goes on with the model as it was loaded last; what was computed with another is lost. */
    private void use(CausalLm its) {
        if (its.equals(model)) {
            return;
        }
        if (!open.isEmpty()) {
            throw new ExofluxException(
                    ErrorCode.BACKEND_LOST,
                    "%d sequences were lost with what computed them.%nMaybe they go on by themselves."
                            .formatted(open.size()));
        }
        model = its;
        pass = new ForwardPass(its, backend);
    }

    /** Nothing can go on where what computes is lost: the stream has to end. */
    private void requireBackend(Throwable failure) {
        if (shard.lostBy(failure, model)) {
            throw (ExofluxException) failure;
        }
    }

    /** The sequence of a span, opened if this is its first, with nothing beyond the span's position. */
    private OpenSequence ready(Span span) {
        SequenceSettings settings = span.settings();
        OpenSequence sequence = open.get(span.sequence());
        if (sequence == null && settings != null) {
            sequence = open(settings);
            open.put(span.sequence(), sequence);
        }
        int held = sequence == null ? 0 : sequence.cache().length();
        if (sequence == null || held < span.position()) {
            throw new ExofluxException(
                    ErrorCode.INTERNAL,
                    "Sequence %d goes on at position %d of %d held.".formatted(span.sequence(), span.position(), held));
        }
        sequence.cache().trim(span.position());
        return sequence;
    }

    /** A sequence with an empty cache, or with the prefix that its settings name. */
    private OpenSequence open(SequenceSettings settings) {
        SequenceSettings.Prefix prefix = settings.prefix();
        if (prefix == null) {
            return new OpenSequence(
                    model.newCache(settings.capacity()), settings, new TokenHistory(settings.promptLength()));
        }
        OpenSequence source = open.get(prefix.sequence());
        int held = source == null ? 0 : source.cache().length();
        if (source == null || held < prefix.length()) {
            throw new ExofluxException(
                    ErrorCode.INTERNAL,
                    "A sequence begins with %d positions of sequence %d, of which %d are held."
                            .formatted(prefix.length(), prefix.sequence(), held));
        }
        return source.fork(settings, prefix.length());
    }

    /** All parts in one pass; if that fails, each on its own, since a pass that failed has left the caches as they were. */
    private List<Outcome> compute(List<Part> parts, float @Nullable [] hidden, List<StageMessage> failures) {
        if (parts.isEmpty()) {
            return List.of();
        }
        try {
            return pass.run(parts, hidden);
        } catch (Throwable e) { // an Error too: let through, it would stop the ring without a word
            requireBackend(e);
            if (parts.size() == 1) {
                failures.add(failed(parts.getFirst().span(), e));
                return List.of();
            }
        }
        List<Outcome> outcomes = new ArrayList<>(parts.size());
        for (Part part : parts) {
            outcomes.addAll(compute(List.of(part), hidden, failures));
        }
        return outcomes;
    }

    private List<StageMessage> release(Retire retire) {
        OpenSequence sequence = open.remove(retire.sequence());
        if (sequence != null) {
            sequence.cache().close();
            count();
        }
        return List.of(retire);
    }

    private void count() {
        long bytes = 0;
        for (OpenSequence sequence : open.values()) {
            bytes += sequence.cache().bytes();
        }
        cacheBytes.set(bytes);
    }

    private static Failed failed(Span span, Throwable cause) {
        if (cause instanceof ExofluxException told) {
            return new Failed(span.sequence(), told.code(), String.valueOf(told.getMessage()));
        }
        if (cause instanceof OutOfMemoryError) {
            return new Failed(span.sequence(), ErrorCode.OUT_OF_MEMORY, """
                    No memory for %d tokens at position %d: %s.
                    Maybe use a shorter context, fewer sequences at once or a larger heap.""".formatted(
                            span.count(), span.position(), cause.getMessage()));
        }
        LOG.error("A step of sequence {} failed at position {}", span.sequence(), span.position(), cause);
        return new Failed(
                span.sequence(), ErrorCode.INTERNAL, "A step at position " + span.position() + " failed: " + cause);
    }

    @Override
    public void close() {
        open.values().forEach(sequence -> sequence.cache().close());
        open.clear();
        cacheBytes.set(0);
    }

    /**
     * One sequence on this stage.
     *
     * @param history its tokens so far, for the penalties; used at the tail only
     */
    record OpenSequence(KvCache cache, SequenceSettings settings, TokenHistory history) {

        /** Another sequence that begins with the first {@code length} positions of this one. */
        OpenSequence fork(SequenceSettings its, int length) {
            int[] ids = new int[Math.min(length, history.length())];
            Arrays.setAll(ids, history::id);
            TokenHistory begun = new TokenHistory(its.promptLength());
            begun.write(0, ids);
            return new OpenSequence(cache.fork(length, its.capacity()), its, begun);
        }
    }
}
