package dev.exoflux.pipeline;

/**
 * What a sequence has to say for itself where there is not enough for all: its priority and age, how often it has given way, and how long
 * its reader has asked for nothing. Confined to the batcher's loop.
 */
final class Claim {

    /** Times an answer is set aside before nobody of its priority goes before it any more. */
    static final int MOST_TIMES_ASIDE = 2;

    /** Times the machine had no memory for it, without a token in between, that end an answer. */
    static final int MOST_SHORTAGES = 3;

    /** Rings lost one after the other, without a token in between, that end an answer. */
    static final int MOST_LOSSES = 5;

    private static final long BUSY = -1;

    private final long id;
    private final Priority priority;
    private int timesAside;
    private long notBefore;
    private long idleSince = BUSY;
    private int shortages;
    private int losses;

    /** @param id the lower, the older */
    Claim(long id, Priority priority) {
        this.id = id;
        this.priority = priority;
    }

    /** Whether it goes before another where there is not enough for both. */
    boolean before(Claim other) {
        int higher = rank().compareTo(other.rank());
        return higher < 0 || (higher == 0 && id < other.id);
    }

    /** Whoever has given way often enough waits for his elders only. */
    private Priority rank() {
        return timesAside >= MOST_TIMES_ASIDE ? Priority.HIGH : priority;
    }

    /**
     * It gives way.
     *
     * @param departures of others, before which it is not to come back while any of them is there
     */
    void giveWay(long departures) {
        timesAside++;
        notBefore = departures;
        idleSince = BUSY;
    }

    /** Whether it has given way. */
    boolean gaveWay() {
        return timesAside > 0;
    }

    /** Whether it may come back, after so many others have left. */
    boolean mayReturn(long departures) {
        return departures >= notBefore;
    }

    /** Notes whether it does nothing at a moment in milliseconds; returns for how long it has been seen to, or -1 if it does. */
    long idle(boolean idle, long now) {
        idleSince = !idle ? BUSY : idleSince == BUSY ? now : idleSince;
        return idle ? now - idleSince : -1;
    }

    /** It has got on by a token. */
    void gotOn() {
        losses = 0;
        shortages = 0;
    }

    /** A machine had no memory for it; whether it had none too often for it to go on. */
    boolean shortOfMemory() {
        return ++shortages > MOST_SHORTAGES;
    }

    /** Its ring is lost. */
    void lost() {
        losses++;
    }

    /** Whether it was on too many rings that were lost without a token of it in between: it may be why. */
    boolean hopeless() {
        return losses >= MOST_LOSSES;
    }
}
