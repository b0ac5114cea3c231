package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The compiled {@code dot_products.c}: {@code x W^T} for rounded activations and weights of 4 or 8 bits or, where the
 * processor knows it, of bf16, with the dot-product instructions that the Vector API has no operator for. Gives the bits of
 * {@link NibbleTiles} and {@link PanelProduct}. Loaded once and for good.
 */
final class DotProducts {

    private static final Linker LINKER = Linker.nativeLinker();

    /** Arrays are passed as they are: a call computes for about a millisecond at most, and a collection waits as long. */
    private static final Linker.Option ARRAYS = Linker.Option.critical(true);

    private static final FunctionDescriptor INT8_PRODUCT = FunctionDescriptor.ofVoid(
            JAVA_LONG, // w
            JAVA_LONG, // block_bytes
            JAVA_LONG, // group_bytes
            JAVA_INT, // groups
            JAVA_INT, // words
            JAVA_INT, // scale_words
            JAVA_INT, // bits
            JAVA_INT, // blocks
            ADDRESS, // x
            ADDRESS, // steps
            ADDRESS, // sums
            JAVA_INT, // row_count
            ADDRESS); // out

    private static final FunctionDescriptor BF16_PRODUCT = FunctionDescriptor.ofVoid(
            JAVA_LONG, // w
            JAVA_LONG, // block_bytes
            JAVA_INT, // words
            JAVA_INT, // blocks
            ADDRESS, // x
            JAVA_INT, // row_count
            ADDRESS); // out

    private final MethodHandle int8;
    private final @Nullable MethodHandle bf16;
    private final int nibbleRows;
    private final int byteRows;
    private final int pairRows;

    private DotProducts(MethodHandle int8, @Nullable MethodHandle bf16, int nibbleRows, int byteRows, int pairRows) {
        this.int8 = int8;
        this.bf16 = bf16;
        this.nibbleRows = nibbleRows;
        this.byteRows = byteRows;
        this.pairRows = pairRows;
    }

    /** @throws IllegalArgumentException if it cannot be loaded or is not the library expected */
    @SuppressWarnings("restricted") // our own code, called with the extents it was written for
    static DotProducts load(Path library) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        MethodHandle int8 = LINKER.downcallHandle(symbols.findOrThrow("exoflux_int8_product"), INT8_PRODUCT, ARRAYS);
        MethodHandle bf16 = symbols.find("exoflux_bf16_product")
                .map(symbol -> LINKER.downcallHandle(symbol, BF16_PRODUCT, ARRAYS))
                .orElse(null);
        MethodHandle tileRows = LINKER.downcallHandle(
                symbols.findOrThrow("exoflux_tile_rows"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            return new DotProducts(int8, bf16, (int) tileRows.invokeExact(4), (int) tileRows.invokeExact(8), (int)
                    tileRows.invokeExact(16));
        } catch (Throwable e) {
            throw new IllegalArgumentException("%s cannot be called".formatted(library), e);
        }
    }

    /** Whether it computes with such weights, given activations that are rounded. */
    boolean supports(Packing packing) {
        return switch (packing.kind()) {
            case AFFINE -> packing.bits() == 4 || packing.bits() == 8;
            case BF16 -> bf16 != null;
            case F32, F16, MXFP4 -> false;
        };
    }

    /** What inputs for such weights must be made into. */
    Inputs.Form form(PackedMatrix w) {
        return switch (w.packing().bits()) {
            case 4 -> new Inputs.Form(w.groupSize(), true, Inputs.Layout.QUADS_OF_NIBBLES, nibbleRows);
            case 8 -> new Inputs.Form(w.groupSize(), true, Inputs.Layout.QUADS_OF_BYTES, byteRows);
            default -> new Inputs.Form(0, true, Inputs.Layout.BF16_PAIRS, pairRows);
        };
    }

    /** Output columns of the units {@code [fromUnit, toUnit)}. */
    void compute(Inputs inputs, PackedMatrix w, float[] out, int fromUnit, int toUnit, Scratch scratch) {
        int firstBlock = fromUnit * PackedMatrix.UNIT_BLOCKS;
        int blocks = Math.min(w.blocks(), toUnit * PackedMatrix.UNIT_BLOCKS) - firstBlock;
        int columns = blocks * Lanes.BLOCK;
        float[] sums = scratch.floats(inputs.rows() * columns);
        call(inputs, w, firstBlock, blocks, sums);
        int first = firstBlock * Lanes.BLOCK;
        int count = Math.min(columns, w.rows() - first);
        for (int row = 0; row < inputs.rows(); row++) {
            Outputs.store(sums, row * columns, count, w.bias(), first, out, row * w.rows() + first);
        }
    }

    private void call(Inputs inputs, PackedMatrix w, int firstBlock, int blocks, float[] out) {
        Packing packing = w.packing();
        try {
            if (bf16 != null && packing.kind() == Packing.Kind.BF16) {
                bf16.invokeExact(
                        w.group(firstBlock, 0),
                        packing.blockBytes(),
                        packing.valueWords(),
                        blocks,
                        MemorySegment.ofArray(inputs.integers()),
                        inputs.rows(),
                        MemorySegment.ofArray(out));
                return;
            }
            int8.invokeExact(
                    w.group(firstBlock, 0),
                    packing.blockBytes(),
                    packing.groupBytes(),
                    packing.groups(),
                    packing.valueWords(),
                    packing.scaleWords(),
                    packing.bits(),
                    blocks,
                    MemorySegment.ofArray(inputs.integers()),
                    MemorySegment.ofArray(inputs.steps()),
                    MemorySegment.ofArray(inputs.sums()),
                    inputs.rows(),
                    MemorySegment.ofArray(out));
        } catch (Throwable e) {
            throw new IllegalStateException("the product of %s cannot be called".formatted(packing), e);
        }
    }
}
