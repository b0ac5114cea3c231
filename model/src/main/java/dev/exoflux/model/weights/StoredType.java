package dev.exoflux.model.weights;

import dev.exoflux.model.DType;
import org.jspecify.annotations.Nullable;

/** The element types that the safetensors format knows, with those among them that exoflux computes with. */
enum StoredType {
    BOOL(8, null),
    U8(8, DType.U8),
    I8(8, null),
    I16(16, null),
    U16(16, null),
    I32(32, null),
    U32(32, DType.U32),
    I64(64, DType.I64),
    U64(64, null),
    F4(4, null),
    F6_E2M3(6, null),
    F6_E3M2(6, null),
    F8_E4M3(8, null),
    F8_E5M2(8, null),
    F8_E8M0(8, null),
    F16(16, DType.F16),
    BF16(16, DType.BF16),
    F32(32, DType.F32),
    F64(64, null),
    C64(64, null);

    private final int bits;
    private final @Nullable DType dtype;

    StoredType(int bits, @Nullable DType dtype) {
        this.bits = bits;
        this.dtype = dtype;
    }

    int bits() {
        return bits;
    }

    /** The type exoflux knows it by, or null where it has none. */
    @Nullable
    DType dtype() {
        return dtype;
    }

    /** The type of that name, or null where the format has none. */
    static @Nullable StoredType named(String name) {
        for (StoredType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }
}
