package dev.exoflux.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether products compiled from C serve this machine better than Java's: tried once, after they were compiled, and the
 * verdict kept in a file beside the library.
 *
 * @param products or null
 * @param verdict one line for the log
 */
record Accelerator(@Nullable DotProducts products, String verdict) {

    private static final String FASTER = "faster: ";
    private static final String TILED = "faster with tiles: ";
    private static final int MANY_ROWS = 128;

    /** @param directory for the library and the verdict */
    static Accelerator find(Path directory) {
        try {
            NativeCode code = NativeCode.here(directory);
            return code == null ? new Accelerator(null, "no C compiler for dot products here") : find(code);
        } catch (IOException | RuntimeException | LinkageError e) {
            return new Accelerator(null, "no compiled dot products: " + e.getMessage());
        }
    }

    private static Accelerator find(NativeCode code) throws IOException {
        Path file = code.file(".txt");
        if (!Files.exists(file)) {
            keep(judge(code), file);
        }
        String verdict = Files.readString(file, UTF_8).strip();
        for (String prefix : List.of(FASTER, TILED)) {
            if (verdict.startsWith(prefix)) {
                DotProducts products = DotProducts.load(code.library());
                products.useTiles(prefix.equals(TILED));
                return new Accelerator(products, verdict.substring(prefix.length()));
            }
        }
        return new Accelerator(null, verdict);
    }

    /** As a whole: another process that starts at the same moment must not read half of it. */
    private static void keep(String verdict, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path whole = Files.writeString(Files.createTempFile(file.getParent(), "verdict-", ".txt"), verdict, UTF_8);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String judge(NativeCode code) {
        DotProducts products;
        try {
            products = DotProducts.load(code.library());
        } catch (IOException | RuntimeException e) {
            return "no compiled dot products: " + e.getMessage();
        }
        try (AcceleratorTrial trial = new AcceleratorTrial(products)) {
            if (!trial.sameBits()) {
                return "compiled dot products are off: they do not give the bits of the Java kernels here";
            }
            double one = trial.speedUp(1);
            double eight = trial.speedUp(8);
            String figures = "compiled dot products, %.1f times as fast as Java with one row, %.1f with eight"
                    .formatted(one, eight);
            if (one <= 0.9 || one * eight <= 1.1) {
                return "no " + figures;
            }
            return products.useTiles(true) ? withTiles(trial, products, figures) : FASTER + figures;
        }
    }

    private static String withTiles(AcceleratorTrial trial, DotProducts products, String figures) {
        if (!trial.sameBitsOfManyRows()) {
            return FASTER + figures + "; matrix tiles are off: they do not give the same bits here";
        }
        double with = trial.speedUp(MANY_ROWS);
        products.useTiles(false);
        double gain = with / trial.speedUp(MANY_ROWS);
        String more = "%s; matrix tiles, %.1f times as fast as without with %d".formatted(figures, gain, MANY_ROWS);
        return (gain > 1.1 ? TILED : FASTER) + more;
    }
}
