package dev.exoflux.mlx.c;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The pairs of MLX and its C layer whose functions we know.
 *
 * <p>The C layer promises no stable interface: a parameter that comes in between shifts all behind it, and a call by the old
 * descriptor ends the process or computes nonsense. So another pair becomes a constant here once its header has been read
 * against the descriptors, and where they differ, it brings its own.
 */
public enum Release {
    /** Attention takes {@code force_fused}, (de)quantising a {@code global_scale}. */
    MLX_0_32_2("0.32.2", "0.7.0", "mlx_stream_new_thread_unsafe");

    private final String mlx;
    private final String layer;
    private final String mark;

    Release(String mlx, String layer, String mark) {
        this.mlx = mlx;
        this.layer = layer;
        this.mark = mark;
    }

    /** What {@code mlx_version} answers. */
    public String mlx() {
        return mlx;
    }

    /** The C layer's own version, which it does not tell. */
    public String layer() {
        return layer;
    }

    /** A function that came with this C layer: an older one, built for the same MLX, can be told by its absence. */
    String mark() {
        return mark;
    }

    static Optional<Release> of(String mlx) {
        return Arrays.stream(values())
                .filter(release -> release.mlx.equals(mlx))
                .findFirst();
    }

    static String known() {
        return Arrays.stream(values()).map(Release::mlx).collect(Collectors.joining(", "));
    }
}
