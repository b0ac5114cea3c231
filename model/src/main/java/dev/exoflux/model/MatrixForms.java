package dev.exoflux.model;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the stored forms of a matrix must satisfy: checked once when one is loaded, so that a backend may rely on it. */
public final class MatrixForms {

    private static final Set<Integer> BITS = Set.of(2, 3, 4, 5, 6, 8);
    private static final Set<Integer> GROUPS = Set.of(32, 64, 128);
    private static final Set<DType> FLOATS = Set.of(DType.F32, DType.F16, DType.BF16);

    private MatrixForms() {}

    /**
     * Refuses data that lie about their sizes, and forms that no backend knows.
     *
     * @throws ExofluxException with {@link ErrorCode#UNSUPPORTED} or {@link ErrorCode#MODEL_INVALID}
     */
    public static void check(MatrixData data, float @Nullable [] bias) {
        if (data.rows() < 1 || data.columns() < 1) {
            throw invalid("a matrix of %d rows and %d columns is empty".formatted(data.rows(), data.columns()));
        }
        if (bias != null && bias.length != data.rows()) {
            throw invalid("a bias of %d elements does not fit %d rows".formatted(bias.length, data.rows()));
        }
        switch (data) {
            case MatrixData.Dense dense -> check(dense);
            case MatrixData.Affine affine -> check(affine);
            case MatrixData.SmallFloats floats -> check(floats);
        }
    }

    /** Inputs that share a scale, or 0 where there are no groups. */
    public static int groupSize(MatrixData data) {
        return switch (data) {
            case MatrixData.Dense dense -> 0;
            case MatrixData.Affine affine -> affine.groupSize();
            case MatrixData.SmallFloats floats -> floats.form().groupSize();
        };
    }

    private static void check(MatrixData.Dense dense) {
        require(FLOATS.contains(dense.dtype()), "weights of type " + dense.dtype());
        size("values", dense.values(), elements(dense, 1) * dense.dtype().bytes());
    }

    private static void check(MatrixData.Affine affine) {
        require(BITS.contains(affine.bits()), affine.bits() + "-bit quantisation");
        require(GROUPS.contains(affine.groupSize()), "quantisation in groups of " + affine.groupSize());
        require(FLOATS.contains(affine.scaleType()), "scales of type " + affine.scaleType());
        groups(affine, affine.groupSize());
        long scales = elements(affine, affine.groupSize()) * affine.scaleType().bytes();
        size("values", affine.packed(), elements(affine, 8) * affine.bits());
        size("scales", affine.scales(), scales);
        size("biases", affine.biases(), scales);
    }

    private static void check(MatrixData.SmallFloats floats) {
        SmallFloatForm form = floats.form();
        groups(floats, form.groupSize());
        size("values", floats.packed(), elements(floats, Byte.SIZE / form.bits()));
        size("scales", floats.scales(), elements(floats, form.groupSize()));
    }

    private static long elements(MatrixData data, int columnsEach) {
        return (long) data.rows() * (data.columns() / columnsEach);
    }

    private static void groups(MatrixData data, int size) {
        if (data.columns() % size != 0) {
            throw invalid("%d columns are no multiple of the group size %d".formatted(data.columns(), size));
        }
    }

    private static void size(String what, MemorySegment segment, long bytes) {
        if (segment.byteSize() != bytes) {
            throw invalid("%s of %d bytes where the shape asks for %d".formatted(what, segment.byteSize(), bytes));
        }
    }

    private static ExofluxException invalid(String message) {
        return new ExofluxException(ErrorCode.MODEL_INVALID, message);
    }

    private static void require(boolean supported, String what) {
        if (!supported) {
            throw new ExofluxException(ErrorCode.UNSUPPORTED, "No backend computes with " + what + ".");
        }
    }
}
