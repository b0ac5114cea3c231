package dev.exoflux.mlx;

import java.nio.ByteBuffer;

/**
 * One thing said between a peer and its worker, over their socket. What is small comes along, all else lies in their {@link
 * SharedArea}.
 *
 * @param kind what is said
 * @param first what the kind says of it
 * @param second the same
 * @param bytes of what lies in the shared area, or of all that is to be put there in turn
 * @param text what came along
 */
@SuppressWarnings("ArrayRecordComponent") // nobody changes it
record Message(Kind kind, int first, int second, long bytes, byte[] text) {

    static final byte[] NOTHING = {};

    /** Bytes before the text. */
    static final int HEADER = 24;

    /** Most bytes of a text: constants and the shape of a pass are smaller by far. */
    private static final int MOST_TEXT = 64 << 20;

    enum Kind {
        // ---- to the worker

        /** A program as text; no answer. */
        TELL,
        /** A matrix's number, its form as text. The arrays follow as PIECEs; GO after each, then DONE. */
        LOAD,
        /** Whole rows of an array, or more of a program. */
        PIECE,
        /** A pass, a tensor; a program. Answered by PARTs. */
        COMPUTE,
        /** A pass; a program. Answered by DONE. */
        FINISH,
        /** A pass; no answer. */
        ABANDON,
        /** Which {@link Figure}, of which matrix. Answered by DONE with the figure in place of the bytes. */
        ASK,

        // ---- to either

        /** The next piece or part may come. */
        GO,

        // ---- to the peer

        /** {@link EngineFacts} as text: the worker has begun. */
        READY,
        /** It is done. */
        DONE,
        /** Some of a tensor's numbers; second is 1 for the last. */
        PART,
        /** It could not be done: an error code and its message as text. */
        FAILED;

        private static final Kind[] ALL = values();
    }

    static Message of(Kind kind) {
        return new Message(kind, 0, 0, 0, NOTHING);
    }

    static Message of(Kind kind, int first, int second, long bytes) {
        return new Message(kind, first, second, bytes, NOTHING);
    }

    static Message of(Kind kind, int first, byte[] text) {
        return new Message(kind, first, 0, 0, text);
    }

    @SuppressWarnings("EnumOrdinal") // both ends are of one release
    void writeHeader(ByteBuffer to) {
        to.putInt(kind.ordinal())
                .putInt(first)
                .putInt(second)
                .putInt(text.length)
                .putLong(bytes);
    }

    /** With room for its text, which is yet to come. */
    static Message readHeader(ByteBuffer from) {
        Kind kind = Kind.ALL[from.getInt()];
        int first = from.getInt();
        int second = from.getInt();
        int length = from.getInt();
        if (length < 0 || length > MOST_TEXT) {
            throw new IllegalStateException("a text of %d bytes".formatted(length));
        }
        return new Message(kind, first, second, from.getLong(), length == 0 ? NOTHING : new byte[length]);
    }
}
