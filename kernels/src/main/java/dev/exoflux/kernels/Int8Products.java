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

/**
 * The compiled {@code int8_products.c}: {@code x W^T} for rounded activations and weights of 4 or 8 bits, with the
 * dot-product instructions that the Vector API has no operator for. Gives the bits of {@link NibbleTiles} and {@link
 * PanelProduct}. Loaded once and for good.
 */
final class Int8Products {

    private static final Linker LINKER = Linker.nativeLinker();

    /** Arrays are passed as they are: a call computes for about a millisecond at most, and a collection waits as long. */
    private static final Linker.Option ARRAYS = Linker.Option.critical(true);

    private final MethodHandle product;
    private final int tileRows;

    private Int8Products(MethodHandle product, int tileRows) {
        this.product = product;
        this.tileRows = tileRows;
    }

    /** @throws IllegalArgumentException if it cannot be loaded or is not the library expected */
    @SuppressWarnings("restricted") // our own code, called with the extents it was written for
    static Int8Products load(Path library) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        MethodHandle product = LINKER.downcallHandle(
                symbols.findOrThrow("exoflux_int8_product"),
                FunctionDescriptor.ofVoid(
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
                        ADDRESS), // out
                ARRAYS);
        MethodHandle tileRows =
                LINKER.downcallHandle(symbols.findOrThrow("exoflux_tile_rows"), FunctionDescriptor.of(JAVA_INT));
        try {
            return new Int8Products(product, (int) tileRows.invokeExact());
        } catch (Throwable e) {
            throw new IllegalArgumentException("%s cannot be called".formatted(library), e);
        }
    }

    static boolean supports(Packing packing) {
        return packing.kind() == Packing.Kind.AFFINE && (packing.bits() == 4 || packing.bits() == 8);
    }

    /** Rows of a tile of {@link Quads} at most. */
    int tileRows() {
        return tileRows;
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
            product.invokeExact(
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
