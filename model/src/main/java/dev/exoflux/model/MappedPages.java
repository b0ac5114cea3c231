package dev.exoflux.model;

import java.lang.foreign.MemorySegment;

/**
 * The pages of a mapped file that this process has looked at: they count as its memory, as much as its own, until they are
 * dropped or the file is unmapped. Whoever reads a dropped page again gets it from the file, usually out of the system's cache.
 */
public final class MappedPages {

    private MappedPages() {}

    /** Drops the pages of everything in {@code data}. */
    public static void drop(MatrixData data) {
        switch (data) {
            case MatrixData.Dense dense -> drop(dense.values());
            case MatrixData.Affine affine -> {
                drop(affine.packed());
                drop(affine.scales());
                drop(affine.biases());
            }
            case MatrixData.SmallFloats floats -> {
                drop(floats.packed());
                drop(floats.scales());
            }
        }
    }

    /** Drops the pages of {@code segment}, if it is of a file mapped for reading: only then nothing can be lost. */
    public static void drop(MemorySegment segment) {
        if (segment.isMapped() && segment.isReadOnly()) {
            segment.unload();
        }
    }
}
