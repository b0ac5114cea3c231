package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.PrefixCache.Prefix;
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

    private final long id;
    private final SequenceRequest request;
    private final Delivery delivery;
    private final Claim claim;
    private final int[] prompt;
    private final HandedOut handedOut;
    private final Guesses guesses;
    private final AtomicInteger passes = new AtomicInteger();
    private final AtomicInteger steps = new AtomicInteger();

    // as it is on the ring at present: after a loss the answer so far is computed like a prompt
    private int[] given;
    private int wantedFrom;
    private SequenceCache cache;
    private @Nullable Prefix prefix;
    private int sent;
    private int newest = Span.UNKNOWN;
    private int inFlight;
    private int outputsInFlight;

    private boolean begun;

    /**
     * What a sequence contributes to a batch.
     *
     * @param ids its tokens
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record Contribution(Span span, int[] ids) {}

    /** @param draft null where nothing is to be proposed */
    Sequence(long id, SequenceRequest request, Delivery delivery, @Nullable DraftLength draft) {
        this.id = id;
        this.request = request;
        this.delivery = delivery;
        this.claim = new Claim(id, request.scheduling().priority());
        this.prompt = request.prompt();
        this.handedOut = new HandedOut(request, delivery);
        this.guesses = new Guesses(request, draft);
        SequenceRequest.Resumed resumed = request.resumed();
        this.given = resumed == null ? prompt : joined(prompt, resumed.answer());
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
        return handedOut.begun();
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
            handedOut.cached(Math.min(sent, prompt.length));
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
        guesses.forget();
    }

    /** The first position whose logits are wanted: those that score the next token to echo, or choose the next one. */
    private int wanted() {
        return handedOut.scoring() ? Math.max(0, handedOut.echoed() - 1) : given.length - 1;
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
        return claim.idle(inFlight == 0 && !guesses.awaited() && delivery.demand() == 0, now);
    }

    /** Positions it needs memory for to take its next step; 0 if it is at none. */
    int needs() {
        return prefilling() || !ready() ? 0 : Math.min(capacity(), sent + 1 + guesses.count());
    }

    /** Whether it has the memory for its next step. */
    boolean covered() {
        return needs() <= cache.lease().positions();
    }

    /** Whether the last token has been handed out. */
    boolean finished() {
        return handedOut.finished();
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
        return !guesses.awaited() && (prefilling() || inFlight == 0) && delivery.demand() > outputsInFlight;
    }

    /** Whether its next step may be sent: the memory for it is there too. */
    boolean steps() {
        return !prefilling() && ready() && covered();
    }

    /** Whether it takes a place in the batches that travel at present. */
    boolean running() {
        return inFlight > 0 || guesses.awaited() || ready();
    }

    /**
     * The proposals to ask for before its next step: then it waits until they are {@linkplain #proposed there}. Null if it is not
     * at a step, has asked, or does better without.
     *
     * @param others how many are live beside it
     */
    Guesses.@Nullable Wanted want(int others) {
        return guesses.open() && !prefilling() && ready() ? guesses.ask(cache.tokens(), room(), others) : null;
    }

    /** Tokens it may still hand out beyond the one that a step gives in any case. */
    private int room() {
        return handedOut.left() - 1;
    }

    /** Goes on with what was proposed, or without. */
    void proposed(Guesses.Wanted answered, int[] ids, boolean failed) {
        guesses.proposed(answered, ids, failed);
    }

    /** Readable from any thread. */
    BatcherMetrics.Live metrics() {
        return new BatcherMetrics.Live(
                id,
                prompt.length,
                handedOut.cached(),
                handedOut.answered(),
                passes.get(),
                steps.get(),
                guesses.speculated());
    }

    /** Hands out what needs no computing: an echo without log-probabilities, or the first token of one with them. */
    void start() {
        handedOut.start();
    }

    /** Tokens given that are still to be sent, as far as they may go into one pass. */
    int prefillRows() {
        int rows = given.length - sent;
        boolean scored = wantedFrom < given.length - 1;
        return !scored ? rows : sent < wantedFrom ? wantedFrom - sent : Math.min(rows, SCORED_ROWS);
    }

    /** The next tokens: the first {@code most} of those given that are not sent, or else the newest one and what is proposed. */
    Contribution send(int most) {
        int[] ids = prefilling() ? Arrays.copyOfRange(given, sent, sent + most) : guesses.send(newest, room());
        int end = sent + ids.length;
        boolean step = end >= given.length;
        int outputs = Math.max(0, end - Math.max(sent, wantedFrom));
        int next = outputs > 0 && !step ? given[end] : Span.UNKNOWN;
        Span span = new Span(
                cache.id(), sent, ids.length, outputs, next, known() ? null : settings(), guesses.travelling());
        sent = end;
        cache.sent(end);
        inFlight++;
        outputsInFlight += outputs;
        passes.incrementAndGet();
        steps.addAndGet(step ? 1 : 0);
        return new Contribution(span, ids);
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
        if (guesses.travelling() > 0) {
            int refused = guesses.verified(span.drafted()); // what was computed for these is written over
            sent -= refused;
            outputsInFlight -= refused;
        }
        int position = span.position() + span.count() - rows.size();
        for (Sampled row : rows) {
            position++;
            if (handedOut.finished()) {
                return; // only a prompt was to be scored: the token after it is of no interest
            }
            claim.gotOn();
            if (position < prompt.length) {
                handedOut.echo(row.logprobs());
            } else {
                newest = row.id();
                cache.tokens().add(newest);
                handedOut.answer(row, guesses.speculated());
            }
        }
    }
}
