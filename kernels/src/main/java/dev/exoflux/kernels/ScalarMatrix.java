package dev.exoflux.kernels;

import dev.exoflux.model.MatrixData;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A matrix as the checkpoint stores it, copied. */
final class ScalarMatrix extends CpuMatrix {

    private final MatrixData data;

    private ScalarMatrix(MatrixData data, float @Nullable [] bias, NativeMemory.Block block) {
        super(data, bias, block);
        this.data = data;
    }

    static ScalarMatrix copyOf(MatrixData data, float @Nullable [] bias, NativeMemory memory) {
        NativeMemory.Block block =
                memory.allocate(data.bytes(), "a matrix of %d x %d".formatted(data.rows(), data.columns()));
        MemorySegment room = NativeMemory.ALL.asSlice(block.address(), block.bytes());
        return new ScalarMatrix(copy(data, room), bias, block);
    }

    private static MatrixData copy(MatrixData data, MemorySegment room) {
        return switch (data) {
            case MatrixData.Dense d ->
                new MatrixData.Dense(d.rows(), d.columns(), d.dtype(), copy(d.values(), room, 0));
            case MatrixData.Affine a -> {
                long packed = a.packed().byteSize();
                yield new MatrixData.Affine(
                        a.rows(),
                        a.columns(),
                        a.bits(),
                        a.groupSize(),
                        copy(a.packed(), room, 0),
                        a.scaleType(),
                        copy(a.scales(), room, packed),
                        copy(a.biases(), room, packed + a.scales().byteSize()));
            }
            case MatrixData.SmallFloats m ->
                new MatrixData.SmallFloats(
                        m.rows(),
                        m.columns(),
                        m.form(),
                        copy(m.packed(), room, 0),
                        copy(m.scales(), room, m.packed().byteSize()));
        };
    }

    private static MemorySegment copy(MemorySegment from, MemorySegment room, long at) {
        MemorySegment to = room.asSlice(at, from.byteSize());
        to.copyFrom(from);
        return to;
    }

    /** Views of this matrix's own memory. */
    MatrixData data() {
        return data;
    }

    @Override
    int units() {
        return rows();
    }
}
