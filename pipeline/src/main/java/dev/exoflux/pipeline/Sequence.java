package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.PrefixCache.Prefix;
import dev.exoflux.pipeline.Token.FinishReason;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One answer being made: how much of it has been sent round the ring and what came home. Touched within the batcher's loop
 * alone, but for {@link #metrics()}.
 */
final class Sequence {

    /** Rows of logits a scored prefill chunk may ask for: each is as wide as the vocabulary. */
    static final int SCORED_ROWS = 32;

    private static final int[] NONE = {};

    private final long id;
    private final SequenceRequest request;
    private final Delivery delivery;
    private final Claim claim;
    private final int[] prompt;
    private final AtomicInteger cached = new AtomicInteger();
    private final AtomicInteger passes = new AtomicInteger();
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    // as it is on the ring at present: after a loss the answer so far is computed like a prompt
    private int[] given;
    private int wantedFrom;
    private SequenceCache cache;
    private @Nullable Prefix prefix;
    private int sent;
    private int newest = Span.UNKNOWN;
    private int inFlight;
    private int outputsInFlight;

    // what is proposed to follow the newest token
    private final @Nullable DraftLength draft;
    private @Nullable Wanted wanting;
    private boolean proposing;
    private int[] proposals = NONE;
    private int proposed;
    private volatile Speculated speculated = Speculated.NONE;

    private int echoed;
    private boolean begun;
    private boolean finished;

    /**
     * What a sequence contributes to a batch.
     *
     * @param ids its tokens
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record Contribution(Span span, int[] ids) {}

    /**
     * Proposals that are asked for.
     *
     * @param tokens so far, the newest included
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record Wanted(Speculation speculation, int[] tokens, SamplingSettings sampling, Scheduling scheduling, int most) {}

    /** @param draft null where nothing is to be proposed */
    Sequence(long id, SequenceRequest request, Delivery delivery, @Nullable DraftLength draft) {
        this.id = id;
        this.request = request;
        this.delivery = delivery;
        this.claim = new Claim(id, request.scheduling().priority());
        this.draft = draft;
        this.prompt = request.prompt();
        SequenceRequest.Resumed resumed = request.resumed();
        this.given = prompt;
        if (resumed != null) {
            this.given = joined(prompt, resumed.answer());
            this.echoed = resumed.echoed();
            this.answered.set(resumed.answer().length);
        }
        this.wantedFrom = wanted();
        this.cache = new SequenceCache(id, new SequenceTokens(given));
    }

    private static int[] joined(int[] prompt, int[] answer) {
        int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
        System.arraycopy(answer, 0, all, prompt.length, answer.length);
        return all;
    }

    long id() {
        return id;
    }

    Delivery delivery() {
        return delivery;
    }

    int capacity() {
        return request.capacity();
    }

    Scheduling scheduling() {
        return request.scheduling();
    }

    /** Positions to have memory for when it is let in: what is to be computed, and the next tokens. */
    int reservation(int ahead) {
        return Math.min(capacity(), given.length + ahead);
    }

    /** Whether its reader has been given anything. */
    boolean begun() {
        return answered.get() + echoed > 0;
    }

    /** Whether it goes on with an answer that began elsewhere. */
    boolean resumed() {
        return request.resumed() != null;
    }

    /** What the stages hold of it. */
    SequenceCache cache() {
        return cache;
    }

    /** What has to be computed before its next token can be chosen: the prompt, and after a loss the answer so far. */
    int[] given() {
        return given;
    }

    /** Tokens of these that need not be computed if another has: all before the first whose logits are wanted. */
    int reusable() {
        return wantedFrom;
    }

    /** Sends its first span next, and in it what it begins with. */
    void begin(@Nullable Prefix chosen) {
        cache.begin(chosen);
        prefix = chosen;
        sent = chosen == null ? 0 : chosen.length();
        if (!begun) {
            begun = true;
            cached.set(Math.min(sent, prompt.length));
        }
    }

    /** The stages hold nothing of it any more: all that is known of it is computed anew, and nothing handed out again. */
    void interrupt() {
        restart(cache.id());
    }

    /**
     * The same, while the stages may still hold it under its old name, and answer to that.
     *
     * @param name that the stages are to know it by
     */
    void setAside(long name) {
        restart(name);
    }

    private void restart(long name) {
        given = cache.tokens().all();
        wantedFrom = wanted();
        cache = new SequenceCache(name, new SequenceTokens(given));
        prefix = null;
        sent = 0;
        inFlight = 0;
        outputsInFlight = 0;
        wanting = null;
        proposing = false;
        proposals = NONE;
        proposed = 0;
    }

    /** The first position whose logits are wanted: those that score the next token to echo, or choose the next one. */
    private int wanted() {
        return scoring() ? Math.max(0, echoed - 1) : given.length - 1;
    }

    /** The ring is lost. */
    void lost() {
        if (known()) {
            claim.lost();
        }
    }

    /** What it has to say for itself where there is not enough for all. */
    Claim claim() {
        return claim;
    }

    /** Whether it is to have a place again: whoever was set aside only when its reader asks for something. */
    boolean wantsBack() {
        return !claim.gaveWay() || delivery.demand() > 0;
    }

    /** For how many milliseconds it has been seen to do nothing since its reader asks for nothing; -1 if it does something. */
    long idle(long now) {
        return claim.idle(inFlight == 0 && wanting == null && delivery.demand() == 0, now);
    }

    /** Positions it needs memory for to take its next step; 0 if it is at none. */
    int needs() {
        return prefilling() || !ready() ? 0 : Math.min(capacity(), sent + 1 + proposals.length);
    }

    /** Whether it has the memory for its next step. */
    boolean covered() {
        return needs() <= cache.lease().positions();
    }

    /** Whether tokens of the prompt are still to be echoed with their log-probabilities. */
    private boolean scoring() {
        return request.scored() && echoed < prompt.length;
    }

    /** Whether the last token has been handed out. */
    boolean finished() {
        return finished;
    }

    /** Whether any stage has heard of it. */
    boolean known() {
        return cache.known();
    }

    /** Whether it is under way, and not slowed down by the scores of its prompt. */
    boolean computing() {
        return known() && running() && !request.scored();
    }

    boolean prefilling() {
        return sent < given.length;
    }

    /** Whether more may be sent: the subscriber wants more than is on its way, and what it depends on is home. */
    boolean ready() {
        return wanting == null && (prefilling() || inFlight == 0) && delivery.demand() > outputsInFlight;
    }

    /** Whether its next step may be sent: the memory for it is there too. */
    boolean steps() {
        return !prefilling() && ready() && covered();
    }

    /** Whether it takes a place in the batches that travel at present. */
    boolean running() {
        return inFlight > 0 || wanting != null || ready();
    }

    /**
     * The proposals to ask for before its next step: then it waits until they are {@linkplain #proposed there}. Null if it is not
     * at a step, has asked, or does better without.
     *
     * @param others how many are live beside it
     */
    @Nullable
    Wanted want(int others) {
        Speculation speculation = request.speculation();
        if (draft == null || speculation == null || proposing || prefilling() || !ready()) {
            return null;
        }
        int room = room();
        int most = room < 1 ? 0 : Math.min(room, draft.choose(others));
        proposing = true;
        wanting =
                most < 1 ? null : new Wanted(speculation, cache.tokens().all(), request.sampling(), scheduling(), most);
        return wanting;
    }

    /** Tokens it may still hand out beyond the one that a step gives in any case. */
    private int room() {
        return Math.min(delivery.demand(), request.maxTokens() - answered.get()) - 1;
    }

    /** Goes on with what was proposed, or without. */
    void proposed(Wanted answered, int[] ids, boolean failed) {
        if (!answered.equals(wanting)) {
            return; // the ring was lost meanwhile
        }
        wanting = null;
        proposals = ids;
        if (failed && draft != null) {
            draft.failed();
        }
    }

    /** Readable from any thread. */
    BatcherMetrics.Live metrics() {
        return new BatcherMetrics.Live(
                id, prompt.length, cached.get(), answered.get(), passes.get(), steps.get(), speculated);
    }

    /** Hands out what needs no computing: an echo without log-probabilities, or the first token of one with them. */
    void start() {
        int due = !request.echo() ? 0 : request.scored() ? 1 : prompt.length;
        while (echoed < due) {
            echo(null);
        }
    }

    /** Tokens given that are still to be sent, as far as they may go into one pass. */
    int prefillRows() {
        int rows = given.length - sent;
        boolean scored = wantedFrom < given.length - 1;
        return !scored ? rows : sent < wantedFrom ? wantedFrom - sent : Math.min(rows, SCORED_ROWS);
    }

    /** The next tokens: the first {@code most} of those given that are not sent, or else the newest one and what is proposed. */
    Contribution send(int most) {
        int[] ids = prefilling() ? Arrays.copyOfRange(given, sent, sent + most) : newestAndProposed();
        int end = sent + ids.length;
        boolean step = end >= given.length;
        int outputs = Math.max(0, end - Math.max(sent, wantedFrom));
        int next = outputs > 0 && !step ? given[end] : Span.UNKNOWN;
        Span span = new Span(cache.id(), sent, ids.length, outputs, next, known() ? null : settings(), proposed);
        sent = end;
        cache.sent(end);
        inFlight++;
        outputsInFlight += outputs;
        passes.incrementAndGet();
        steps.addAndGet(step ? 1 : 0);
        return new Contribution(span, ids);
    }

    private int[] newestAndProposed() {
        proposed = Math.clamp(room(), 0, proposals.length);
        int[] ids = new int[1 + proposed];
        ids[0] = newest;
        System.arraycopy(proposals, 0, ids, 1, proposed);
        proposals = NONE;
        proposing = false;
        return ids;
    }

    private SequenceSettings settings() {
        SequenceSettings.Prefix begun = prefix == null
                ? null
                : new SequenceSettings.Prefix(prefix.source().id(), prefix.length());
        prefix = null; // its source goes its own way from here
        return new SequenceSettings(request.sampling(), prompt.length, capacity(), begun);
    }

    /** Takes what came home for a span: one row for each of its outputs. */
    void take(Span span, List<Sampled> rows) {
        cache.computed(span);
        inFlight--;
        outputsInFlight -= span.outputs();
        if (proposed > 0) {
            verified(span.drafted());
        }
        int position = span.position() + span.count() - rows.size();
        for (Sampled row : rows) {
            position++;
            if (finished) {
                return; // only a prompt was to be scored: the token after it is of no interest
            }
            if (position < prompt.length) {
                echo(row.logprobs());
            } else {
                answer(row);
            }
        }
    }

    /** The first {@code accepted} proposals held; what was computed for the others is written over. */
    private void verified(int accepted) {
        int refused = proposed - accepted;
        sent -= refused;
        outputsInFlight -= refused;
        speculated = speculated.plus(proposed, accepted);
        if (draft != null) {
            draft.verified(proposed, accepted);
        }
        proposed = 0;
    }

    private void echo(Sampled.@Nullable Logprobs logprobs) {
        int id = prompt[echoed++];
        boolean last = request.maxTokens() == 0 && echoed == prompt.length;
        offer(new SequenceToken(id, true, logprobs, cached.get(), speculated, last ? FinishReason.LENGTH : null));
    }

    private void answer(Sampled sampled) {
        newest = sampled.id();
        cache.tokens().add(newest);
        boolean full = answered.incrementAndGet() == request.maxTokens();
        FinishReason finish = request.ends().contains(newest) ? FinishReason.STOP : full ? FinishReason.LENGTH : null;
        offer(new SequenceToken(newest, false, sampled.logprobs(), cached.get(), speculated, finish));
    }

    private void offer(SequenceToken token) {
        claim.gotOn();
        delivery.offer(token);
        if (token.finish() != null) {
            finished = true;
            delivery.complete();
        }
    }
}
