package dev.exoflux.pipeline.compose;

/**
 * A text that can be read so and so often. A regular expression that goes over it again and again, each time from elsewhere, is
 * stopped there: it would not end within a lifetime.
 */
final class MeteredText implements CharSequence {

    /** Reads allowed for one look at an answer: some milliseconds. */
    static final int READS = 2_000_000;

    private final CharSequence text;
    private int left;

    MeteredText(CharSequence text) {
        this(text, READS);
    }

    private MeteredText(CharSequence text, int left) {
        this.text = text;
        this.left = left;
    }

    /** Thrown out of the matcher. */
    static final class Exhausted extends RuntimeException {

        private Exhausted() {
            super("more than %d steps for one look at the answer".formatted(READS), null, false, false);
        }
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw new Exhausted();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new MeteredText(text.subSequence(start, end), left);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
