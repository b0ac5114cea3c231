package dev.exoflux.mlx;

import java.util.Arrays;

/** Handles that somebody owns together, and frees together but for some. Used on MLX's thread alone. */
final class Owned {

    private final MlxRuntime mlx;
    private long[] arrays = new long[32];
    private int size;

    Owned(MlxRuntime mlx) {
        this.mlx = mlx;
    }

    /** A new handle. */
    long add(long array) {
        mlx.counted();
        return adopt(array);
    }

    /** A handle that was somebody else's. */
    long adopt(long array) {
        if (size == arrays.length) {
            arrays = Arrays.copyOf(arrays, 2 * size);
        }
        arrays[size++] = array;
        return array;
    }

    /** Owns {@code array} no longer; most often the newest. */
    long remove(long array) {
        for (int i = size - 1; i >= 0; i--) {
            if (arrays[i] == array) {
                System.arraycopy(arrays, i + 1, arrays, i, --size - i);
                return array;
            }
        }
        throw new IllegalStateException("not one of these arrays");
    }

    void freeAllBut(long array) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (arrays[i] == array) {
                arrays[kept++] = array;
            } else {
                mlx.free(arrays[i]);
            }
        }
        size = kept;
    }
}
