package dev.exoflux.mlx.c;

/** Element types of arrays, by the numbers that {@code mlx_dtype} gives them. */
public enum ArrayType {
    BOOL(0, 1),
    U8(1, 1),
    U32(3, 4),
    I32(7, 4),
    F16(9, 2),
    F32(10, 4),
    BF16(12, 2);

    private final int code;
    private final int bytes;

    ArrayType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    public int code() {
        return code;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }
}
