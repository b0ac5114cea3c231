package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.membership.WholeFile;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ByteRange;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelFile;
import dev.exoflux.model.weights.ModelInventory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The directory a model is pulled into: files of their full size with holes where nothing has come yet, and the one that says
 * what has. That one never says more than is safe on the disk, whenever the process ends.
 *
 * <p>Thread-safe; waits for the disk.
 */
final class PullTarget {

    private final Path directory;
    private final long saveEvery;
    private final Map<String, ModelFile> files = new LinkedHashMap<>();
    private final Set<String> unsaved = new TreeSet<>();
    private final Object saving = new Object();
    private final String fingerprint;
    private long unsavedBytes;
    private boolean closed; // under the lock for saving

    private PullTarget(Path directory, long saveEvery, ModelInventory inventory) {
        this.directory = directory;
        this.saveEvery = saveEvery;
        this.fingerprint = inventory.fingerprint();
        inventory.files().forEach(file -> files.put(file.name(), file));
    }

    /**
     * Begins or goes on.
     *
     * @param wanted what holders say of the model; of its bytes none need be here
     * @throws ExofluxException MODEL_INVALID if what is here is something else
     */
    static PullTarget open(Path directory, ModelInventory wanted, long saveEvery) throws IOException {
        Files.createDirectories(directory);
        ModelInventory here = here(directory, wanted);
        PullTarget target = new PullTarget(directory, saveEvery, here);
        target.save();
        for (ModelFile file : here.files()) {
            allocate(directory.resolve(file.name()), file.bytes());
        }
        return target;
    }

    private static ModelInventory here(Path directory, ModelInventory wanted) throws IOException {
        if (!Files.exists(directory.resolve(ModelInventory.PARTIAL))) {
            requireEmpty(directory);
            return new ModelInventory(wanted.fingerprint(), nothingOf(wanted));
        }
        ModelInventory here = ModelInventory.of(directory);
        if (!here.fingerprint().equals(wanted.fingerprint())) {
            throw new ExofluxException(
                    ErrorCode.MODEL_INVALID, """
                    %s holds a part of checkpoint %s, other peers have checkpoint %s of that name.
                    Maybe remove the directory, so that it is fetched anew.""".formatted(directory, here.fingerprint(), wanted.fingerprint()));
        }
        if (here.described()) {
            return here;
        }
        List<ModelFile> files = nothingOf(wanted).stream()
                .map(file -> here.file(file.name())
                        .filter(its -> its.with(ByteRanges.NONE).equals(file))
                        .orElse(file))
                .toList();
        return new ModelInventory(wanted.fingerprint(), files);
    }

    private static List<ModelFile> nothingOf(ModelInventory wanted) {
        return wanted.files().stream().map(file -> file.with(ByteRanges.NONE)).toList();
    }

    private static void requireEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            if (children.findAny().isPresent()) {
                throw new ExofluxException(ErrorCode.MODEL_INVALID, """
                        %s is in the way: it holds no model that can be run, and not a part of one either.
                        Maybe remove it, so that the model is fetched.""".formatted(directory));
            }
        }
    }

    /** Makes a file of that size that takes no room yet. */
    private static void allocate(Path file, long bytes) throws IOException {
        if (!Files.exists(file)) {
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)
                    .close();
        }
        try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
            if (sized.length() != bytes) {
                sized.setLength(bytes);
            }
        }
    }

    Path directory() {
        return directory;
    }

    /** What is here. */
    synchronized ModelInventory inventory() {
        return new ModelInventory(fingerprint, List.copyOf(files.values()));
    }

    /** A file as it should be. */
    synchronized ModelFile file(String name) {
        ModelFile file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException(name + " in " + directory);
        }
        return file;
    }

    /** What of these is not here. */
    synchronized Map<String, ByteRanges> missing(Map<String, ByteRanges> wanted) {
        Map<String, ByteRanges> missing = new HashMap<>();
        wanted.forEach((name, ranges) -> {
            ByteRanges rest = ranges.minus(file(name).here());
            if (!rest.isEmpty()) {
                missing.put(name, rest);
            }
        });
        return missing;
    }

    /** Writes a piece down; from time to time waits until all are safe, and says so. */
    void write(ReceivedPiece received, Piece piece) throws IOException {
        received.writeTo(directory);
        boolean enough;
        synchronized (this) {
            ByteRange range = piece.range();
            ModelFile file = file(piece.file());
            files.put(file.name(), file.with(file.here().plus(ByteRanges.of(range.from(), range.to()))));
            unsaved.add(file.name());
            unsavedBytes += range.bytes();
            enough = unsavedBytes >= saveEvery;
            if (enough) {
                unsavedBytes = 0; // whoever comes next need not save as well
            }
        }
        if (enough) {
            save();
        }
    }

    /** Returns when what is here is safe, and said to be here; of no effect once it is closed. */
    void save() throws IOException {
        synchronized (saving) {
            if (closed) { // a piece was late: the directory is somebody else's by now
                return;
            }
            ModelInventory now;
            List<String> names;
            synchronized (this) {
                now = inventory();
                names = List.copyOf(unsaved);
                unsaved.clear();
                unsavedBytes = 0;
            }
            try {
                for (String name : names) {
                    force(directory.resolve(name));
                }
                WholeFile.write(directory.resolve(ModelInventory.PARTIAL), now.partialFile());
            } catch (IOException | RuntimeException e) {
                synchronized (this) {
                    unsaved.addAll(names);
                }
                throw e;
            }
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Saves, and is closed; a model of which everything is here is an ordinary one from then on. */
    void finish() throws IOException {
        synchronized (saving) {
            close();
            if (inventory().complete()) {
                WholeFile.remove(directory.resolve(ModelInventory.PARTIAL));
            }
        }
    }

    /** Saves for the last time. What is written by those who have not heard of it yet is not said to be here. */
    void close() throws IOException {
        synchronized (saving) {
            try {
                save();
            } finally {
                closed = true;
            }
        }
    }

    /** Takes nothing for granted any more of what was written. */
    void forget() throws IOException {
        synchronized (this) {
            files.replaceAll((name, file) -> file.with(ByteRanges.NONE));
        }
        save();
    }
}
