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
 * The compiled {@code dot_products.c}, {@code bf16_products.c} and {@code amx.c}: {@code x W^T} for rounded activations and weights of 4 or 8 bits or of bf16,
 * with the dot-product instructions that the Vector API has no operator for. Gives the bits of
 * {@link NibbleTiles} and {@link PanelProduct}. Loaded once and for good.
 */
@SuppressWarnings("restricted") // our own code, called with the extents it was written for
final class DotProducts {

    private static final Linker LINKER = Linker.nativeLinker();

    /** Arrays are passed as they are: a call computes for about a millisecond at most, and a collection waits as long. */
    private static final Linker.Option ARRAYS = Linker.Option.critical(true);

    private static final float[] NONE = {};

    private static final MethodHandle TILE_ROWS =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT)); // bits, rows

    private static final MethodHandle USE_TILES =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_INT)); // use

    private static final MethodHandle PAIR_WORDS = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT));

    private static final MethodHandle INT8_INPUTS = LINKER.downcallHandle(
            FunctionDescriptor.ofVoid(
                    ADDRESS, // x
                    JAVA_LONG, // x_at
                    JAVA_INT, // row_count
                    JAVA_INT, // width
                    JAVA_INT, // group
                    JAVA_INT, // bits
                    ADDRESS, // quads
                    JAVA_LONG, // quads_at
                    ADDRESS, // steps
                    ADDRESS, // sums
                    JAVA_LONG), // groups_at
            ARRAYS);

    private static final MethodHandle INT8_PRODUCT = LINKER.downcallHandle(
            FunctionDescriptor.ofVoid(
                    JAVA_LONG, // w
                    JAVA_LONG, // block_bytes
                    JAVA_LONG, // group_bytes
                    JAVA_INT, // groups
                    JAVA_INT, // words
                    JAVA_INT, // scale_words
                    JAVA_INT, // bits
                    JAVA_INT, // blocks
                    ADDRESS, // quads
                    ADDRESS, // steps
                    ADDRESS, // sums
                    JAVA_INT, // row_count
                    ADDRESS), // out
            ARRAYS);

    private static final MethodHandle BF16_INPUTS = LINKER.downcallHandle(
            FunctionDescriptor.ofVoid(
                    ADDRESS, // x
                    JAVA_LONG, // x_at
                    JAVA_INT, // row_count
                    JAVA_INT, // width
                    ADDRESS, // pairs
                    JAVA_LONG), // pairs_at
            ARRAYS);

    private static final MethodHandle BF16_PRODUCT = LINKER.downcallHandle(
            FunctionDescriptor.ofVoid(
                    JAVA_LONG, // w
                    JAVA_LONG, // block_bytes
                    JAVA_INT, // words
                    JAVA_INT, // blocks
                    ADDRESS, // pairs
                    JAVA_INT, // row_count
                    ADDRESS), // out
            ARRAYS);

    private final CompiledAttention attention;
    private final NarrowPairs narrowPairs;
    private final MemorySegment int8Inputs;
    private final MemorySegment int8Product;
    private final MemorySegment bf16Inputs;
    private final MemorySegment bf16Product;
    private final MemorySegment narrowProduct;
    private final int pairWords;
    private final MemorySegment tileRows;
    private final MemorySegment useTiles;

    private DotProducts(SymbolLookup symbols) {
        this.attention = new CompiledAttention(symbols.findOrThrow("exoflux_attention"));
        this.narrowPairs = new NarrowPairs(symbols.findOrThrow("exoflux_narrow"));
        this.int8Inputs = symbols.findOrThrow("exoflux_int8_inputs");
        this.int8Product = symbols.findOrThrow("exoflux_int8_product");
        this.bf16Inputs = symbols.findOrThrow("exoflux_bf16_inputs");
        this.bf16Product = symbols.findOrThrow("exoflux_bf16_product");
        this.narrowProduct = symbols.findOrThrow("exoflux_narrow_product");
        this.pairWords = pairWords(symbols.findOrThrow("exoflux_pair_words"));
        this.tileRows = symbols.findOrThrow("exoflux_tile_rows");
        this.useTiles = symbols.findOrThrow("exoflux_use_tiles");
    }

    /** @throws IllegalArgumentException if it cannot be loaded or is not the library expected */
    static DotProducts load(Path library) {
        return new DotProducts(SymbolLookup.libraryLookup(library, Arena.global()));
    }

    /**
     * Whether products of many rows go by the processor's matrix tiles from now on: not before it is asked for, nor where there
     * are none. For all who loaded this library.
     */
    boolean useTiles(boolean wanted) {
        try {
            return (int) USE_TILES.invokeExact(useTiles, wanted ? 1 : 0) != 0;
        } catch (Throwable e) {
            throw new IllegalStateException("matrix tiles cannot be asked for", e);
        }
    }

    CompiledAttention attention() {
        return attention;
    }

    /** What makes bf16 weights narrow, and so faster to read. */
    NarrowPairs narrowPairs() {
        return narrowPairs;
    }

    private static int pairWords(MemorySegment function) {
        try {
            return (int) PAIR_WORDS.invokeExact(function);
        } catch (Throwable e) {
            throw new IllegalStateException("the size of pairs cannot be asked for", e);
        }
    }

    private int tileRows(int bits, int rows) {
        try {
            return (int) TILE_ROWS.invokeExact(tileRows, bits, rows);
        } catch (Throwable e) {
            throw new IllegalStateException("the size of tiles cannot be asked for", e);
        }
    }

    /** Whether it computes with such weights, given activations that are rounded. */
    static boolean supports(Packing packing) {
        return switch (packing.kind()) {
            case AFFINE -> packing.bits() == 4 || packing.bits() == 8;
            case BF16 -> true;
            case F32, F16, E2M1, E4M3 -> false;
        };
    }

    /** What inputs for such weights must be made into. */
    static Inputs.Form form(PackedMatrix w) {
        return switch (w.packing().bits()) {
            case 4 -> new Inputs.Form(w.groupSize(), true, Inputs.Layout.QUADS_OF_NIBBLES);
            case 8 -> new Inputs.Form(w.groupSize(), true, Inputs.Layout.QUADS_OF_BYTES);
            default -> new Inputs.Form(0, true, Inputs.Layout.BF16_PAIRS);
        };
    }

    /** Rounds activations and lays them out as {@link #form} says, tiles shared out over the threads. */
    void prepare(CpuTensor x, Inputs.Form form, Workspace workspace, Workers workers) {
        boolean pairs = form.layout() == Inputs.Layout.BF16_PAIRS;
        int width = x.width();
        int words = pairs ? (width + 1) / 2 * pairWords : width / 4;
        int groups = pairs ? 0 : width / form.groupSize();
        int[] integers = workspace.integers(x.rows() * words);
        float[] steps = pairs ? NONE : workspace.buffers().take(x.rows() * groups);
        float[] sums = pairs ? NONE : workspace.buffers().take(x.rows() * groups);
        Inputs inputs = workspace.inputs();
        inputs.become(x, form, steps, sums, integers);
        int most = tileRows(bits(form), x.rows());
        int tiles = (x.rows() + most - 1) / most;
        if (tiles == 1) { // nothing to share out, and so nothing to leave behind
            prepare(x, inputs, 0, x.rows(), words, groups, workspace.scratch());
            return;
        }
        workers.run(
                tiles,
                Math.max(1, CpuOps.ELEMENT_GRAIN / (most * width)),
                (from, to, scratch) -> {
                    int last = Math.min(x.rows(), to * most);
                    for (int row = from * most; row < last; row += most) {
                        prepare(x, inputs, row, Math.min(most, x.rows() - row), words, groups, scratch);
                    }
                },
                workspace.scratch());
    }

    /** A tile; {@code words} and {@code groups} are those of a row. */
    private void prepare(CpuTensor x, Inputs inputs, int row, int rows, int words, int groups, Scratch scratch) {
        if (inputs.form().layout() == Inputs.Layout.BF16_PAIRS) {
            pairs(x, row, rows, inputs.integers(), row * words, scratch.segments());
        } else {
            quads(x, inputs, row, rows, row * words, row * groups, scratch.segments());
        }
    }

    /** Of the weights. */
    private static int bits(Inputs.Form form) {
        return switch (form.layout()) {
            case QUADS_OF_NIBBLES -> 4;
            case QUADS_OF_BYTES -> 8;
            case BF16_PAIRS -> 16;
            case PAIRS, TILES, DESCALED_TILES, ROWS -> throw new IllegalArgumentException("made in Java: " + form);
        };
    }

    private void pairs(CpuTensor x, int row, int rows, int[] out, int outAt, Segments arrays) {
        try {
            BF16_INPUTS.invokeExact(
                    bf16Inputs, arrays.of(x.data()), (long) x.at(row), rows, x.width(), arrays.of(out), (long) outAt);
        } catch (Throwable e) {
            throw new IllegalStateException("pairs of bf16 numbers cannot be made", e);
        }
    }

    private void quads(CpuTensor x, Inputs inputs, int row, int rows, int outAt, int groupsAt, Segments arrays) {
        Inputs.Form form = inputs.form();
        try {
            INT8_INPUTS.invokeExact(
                    int8Inputs,
                    arrays.of(x.data()),
                    (long) x.at(row),
                    rows,
                    x.width(),
                    form.groupSize(),
                    bits(form),
                    arrays.of(inputs.integers()),
                    (long) outAt,
                    arrays.of(inputs.steps()),
                    arrays.of(inputs.sums()),
                    (long) groupsAt);
        } catch (Throwable e) {
            throw new IllegalStateException("fours for %s cannot be made".formatted(form), e);
        }
    }

    /** Output columns of the units {@code [fromUnit, toUnit)}. */
    void compute(Inputs inputs, PackedMatrix w, float[] out, int fromUnit, int toUnit, Scratch scratch) {
        int firstBlock = fromUnit * PackedMatrix.UNIT_BLOCKS;
        int blocks = Math.min(w.blocks(), toUnit * PackedMatrix.UNIT_BLOCKS) - firstBlock;
        int columns = blocks * Lanes.BLOCK;
        float[] sums = scratch.floats(inputs.rows() * columns);
        call(inputs, w, firstBlock, blocks, sums, scratch.segments());
        int first = firstBlock * Lanes.BLOCK;
        int count = Math.min(columns, w.rows() - first);
        for (int row = 0; row < inputs.rows(); row++) {
            Outputs.store(sums, row * columns, count, w.bias(), first, out, row * w.rows() + first);
        }
    }

    private void call(Inputs inputs, PackedMatrix w, int firstBlock, int blocks, float[] out, Segments arrays) {
        Packing packing = w.packing();
        try {
            if (packing.kind() == Packing.Kind.BF16) {
                MemorySegment product = packing.narrow() ? narrowProduct : bf16Product;
                BF16_PRODUCT.invokeExact(
                        product,
                        w.group(firstBlock, 0),
                        packing.blockBytes(),
                        packing.valueWords(),
                        blocks,
                        arrays.of(inputs.integers()),
                        inputs.rows(),
                        arrays.of(out));
                return;
            }
            INT8_PRODUCT.invokeExact(
                    int8Product,
                    w.group(firstBlock, 0),
                    packing.blockBytes(),
                    packing.groupBytes(),
                    packing.groups(),
                    packing.valueWords(),
                    packing.scaleWords(),
                    packing.bits(),
                    blocks,
                    arrays.of(inputs.integers()),
                    arrays.of(inputs.steps()),
                    arrays.of(inputs.sums()),
                    inputs.rows(),
                    arrays.of(out));
        } catch (Throwable e) {
            throw new IllegalStateException("the product of %s cannot be called".formatted(packing), e);
        }
    }
}
