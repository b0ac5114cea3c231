package dev.exoflux.mlx;

import dev.exoflux.model.ExofluxException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The class path of a worker: where this process has the classes from that a worker needs, and no others. */
final class WorkerClasses {

    /** The one with the main class last: then all are open once the worker has begun, and copies may go. */
    private static final List<Class<?>> ONE_OF_EACH = List.of(ExofluxException.class, WorkerMain.class);

    private WorkerClasses() {}

    /** @param folder for copies of jars that lie within another, where no class path can name them */
    static String path(Path folder) throws IOException {
        List<String> entries = new ArrayList<>();
        for (Class<?> one : ONE_OF_EACH) {
            CodeSource source = one.getProtectionDomain().getCodeSource();
            URL place = Objects.requireNonNull(source, one.getName()).getLocation();
            entries.add(
                    entry(place, folder.resolve(one.getSimpleName() + ".jar")).toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static Path entry(URL place, Path copy) throws IOException {
        try {
            if (place.getProtocol().equals("file")) {
                return Path.of(place.toURI());
            }
            String nested = place.toString();
            boolean wrapped = nested.startsWith("jar:") && nested.endsWith("!/");
            URL jar = wrapped
                    ? URI.create(nested.substring(4, nested.length() - 2)).toURL()
                    : place;
            try (InputStream in = jar.openStream()) {
                Files.copy(in, copy);
            }
            return copy;
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
