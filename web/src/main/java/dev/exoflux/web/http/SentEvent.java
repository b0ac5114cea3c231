package dev.exoflux.web.http;

import java.nio.charset.StandardCharsets;

/** One server-sent event, or a comment between two. */
public final class SentEvent {

    private static final byte[] DATA = ascii("data: ");
    private static final SentEvent COMMENT = new SentEvent(ascii(":"), new byte[0]);

    private final byte[] head;
    private final byte[] line;

    private SentEvent(byte[] head, byte[] line) {
        this.head = head;
        this.line = line;
    }

    static SentEvent unnamed(byte[] line) {
        return new SentEvent(DATA, line);
    }

    /**
     * An event of that name.
     *
     * @param line its data: holds no line break, and is not changed afterwards
     */
    public static SentEvent named(String name, byte[] line) {
        return new SentEvent(ascii("event: " + name + "\ndata: "), line);
    }

    /** What a reader ignores; it shows both sides that the other is there. */
    public static SentEvent comment() {
        return COMMENT;
    }

    /** What stands before the line. */
    byte[] head() {
        return head;
    }

    byte[] line() {
        return line;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
