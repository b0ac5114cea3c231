package dev.exoflux.mlx.c;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where MLX's C layer may lie: the folder that {@value #HOME} names, and nowhere else if it is set; else Homebrew's, the one that
 * {@code install-mlx-linux.sh} fills, and the system's.
 */
public final class LibrarySearch {

    /** The variable that names the folder with the library, or one whose {@code lib} holds it. */
    public static final String HOME = "EXOFLUX_MLX_HOME";

    private final boolean mac;
    private final List<Path> places;

    private LibrarySearch(boolean mac, List<Path> places) {
        this.mac = mac;
        this.places = List.copyOf(places);
    }

    /** On this machine, with {@code home} in place of what {@code EXOFLUX_HOME} says if it is given. */
    public static LibrarySearch here(@Nullable Path home) {
        return of(System.getenv(), System.getProperty("os.name"), Path.of(System.getProperty("user.home")), home);
    }

    static LibrarySearch of(Map<String, String> environment, String system, Path userHome, @Nullable Path home) {
        boolean mac = system.startsWith("Mac");
        String chosen = environment.get(HOME);
        if (chosen != null && !chosen.isBlank()) {
            return new LibrarySearch(mac, List.of(Path.of(chosen), Path.of(chosen, "lib")));
        }
        List<Path> places = new ArrayList<>();
        Stream.of("/opt/homebrew/lib", "/usr/local/lib", "/home/linuxbrew/.linuxbrew/lib")
                .map(Path::of)
                .forEach(places::add);
        places.add(ours(environment, userHome, home).resolve("mlx").resolve("lib"));
        Stream.of("/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
                .map(Path::of)
                .forEach(places::add);
        return new LibrarySearch(mac, places);
    }

    private static Path ours(Map<String, String> environment, Path userHome, @Nullable Path home) {
        if (home != null) {
            return home;
        }
        String set = environment.get("EXOFLUX_HOME");
        return set == null || set.isBlank() ? userHome.resolve(".exoflux") : Path.of(set);
    }

    /** The first library there is. */
    public Optional<Path> find() {
        return places.stream().map(this::library).filter(Files::isRegularFile).findFirst();
    }

    /**
     * The library, or a failure that names every place.
     *
     * @throws ExofluxException INVALID_CONFIGURATION
     */
    public Path require() {
        return find().orElseThrow(() -> new ExofluxException(
                ErrorCode.INVALID_CONFIGURATION,
                "MLX's C layer was found in none of these places:%n%s%nMaybe %s"
                        .formatted(
                                places.stream()
                                        .map(place -> "  " + library(place))
                                        .collect(Collectors.joining(System.lineSeparator())),
                                advice())));
    }

    /** How to get it here. */
    public String advice() {
        return mac
                ? "install it: brew install mlx-c"
                : "install it (Linux on x86-64): mlx-bindings/install-mlx-linux.sh, or set " + HOME
                        + " to where it is.";
    }

    private Path library(Path place) {
        return place.resolve(mac ? "libmlxc.dylib" : "libmlxc.so");
    }
}
