package dev.exoflux.mlx;

/** What an {@link Engine} can be asked about itself. */
enum Figure {
    /** Arrays whose handles nobody has freed. */
    LIVE_HANDLES,
    /** Bytes of all arrays. */
    ACTIVE_BYTES,
    /** Of a matrix: bytes a second at which it can be multiplied with a vector. Takes some tenths of a second. */
    READ_SPEED;

    private static final Figure[] ALL = values();

    @SuppressWarnings("EnumOrdinal") // who asks and who answers are always of one release
    int code() {
        return ordinal();
    }

    static Figure of(int code) {
        return ALL[code];
    }
}
