package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;
import static dev.exoflux.model.weights.ModelErrors.shown;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of a model's directory: one {@code model.safetensors}, or several files with an index that says which tensor
 * is where. A file is opened when the first of its tensors is asked for, so that a peer with a shard needs only its own.
 *
 * <p>Owns the files it opened; its tensors end with {@link #close()}. Thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";
    private static final long MAX_INDEX_BYTES = 256 << 20;

    private final Path directory;
    private final Map<String, Path> fileOf;
    private final Optional<ModelInventory> partial;
    private final Map<Path, Safetensors> open = new HashMap<>();

    private Checkpoint(Path directory, Map<String, Path> fileOf) {
        this.directory = directory;
        this.fileOf = fileOf;
        this.partial = ModelInventory.partial(directory);
    }

    /**
     * Opens the weights of a directory; as transformers does, the single file where there are both.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where there are none or their index cannot be true
     */
    public static Checkpoint open(Path directory) {
        Path single = directory.resolve(SINGLE);
        if (Files.exists(single)) {
            return ofSingle(directory, single);
        }
        Path index = directory.resolve(INDEX);
        if (Files.exists(index)) {
            return new Checkpoint(directory, readIndex(index));
        }
        throw invalid(
                directory,
                "there is neither " + SINGLE + " nor " + INDEX
                        + "\nMaybe its download was cut short, or it holds weights in another format than safetensors.");
    }

    private static Checkpoint ofSingle(Path directory, Path single) {
        Safetensors file = Safetensors.open(single);
        Map<String, Path> fileOf = new LinkedHashMap<>();
        file.names().forEach(name -> fileOf.put(name, single));
        Checkpoint checkpoint = new Checkpoint(directory, fileOf);
        checkpoint.open.put(single, file);
        return checkpoint;
    }

    private static Map<String, Path> readIndex(Path index) {
        JsonFields fields = JsonFields.read(index, MAX_INDEX_BYTES);
        JsonFields weightMap = fields.object("weight_map").orElseThrow(() -> fields.missing("weight_map"));
        Map<String, Path> fileOf = new TreeMap<>();
        for (String tensor : weightMap.names()) {
            String file = weightMap.text(tensor).orElseThrow(() -> weightMap.wrong(tensor, "the name of a file"));
            if (!file.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,250}")) {
                throw weightMap.wrong(tensor, "the name of a file beside the index");
            }
            fileOf.put(tensor, index.resolveSibling(file));
        }
        return fileOf;
    }

    /** Names of all tensors. */
    public Set<String> names() {
        return fileOf.keySet();
    }

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return fileOf.containsKey(name);
    }

    /**
     * One tensor; a view of its mapped file.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where the checkpoint lacks it, or the file that should hold
     *     it is missing, damaged, does not hold it or was fetched without it; UNSUPPORTED for a type exoflux does not know
     */
    public StoredTensor tensor(String name) {
        StoredTensor tensor = file(name).tensor(name);
        if (partial.isPresent() && !partial.get().here(fileName(name)).contains(place(name))) {
            throw invalid(
                    fileOf(name),
                    "the weights of tensor " + shown(name)
                            + " are not here: of this model only a part was fetched\nMaybe fetch the layers it belongs to first.");
        }
        return tensor;
    }

    /** Which bytes of its file a tensor takes. */
    ByteRanges place(String name) {
        Safetensors file = file(name);
        SafetensorsHeader.Entry entry = file.entry(name);
        return ByteRanges.of(file.headerBytes() + entry.from(), file.headerBytes() + entry.to());
    }

    String fileName(String tensor) {
        return String.valueOf(fileOf(tensor).getFileName());
    }

    /** All files, by name. */
    List<Path> files() {
        return List.copyOf(new TreeSet<>(fileOf.values()));
    }

    /** A file of weights that is here as a whole. */
    ModelFile describe(Path path) {
        try {
            long bytes = Files.size(path);
            long header = file(path).headerBytes();
            return new ModelFile(String.valueOf(path.getFileName()), bytes, header, "", ByteRanges.of(0, bytes));
        } catch (IOException e) {
            throw invalid(path, "cannot be read: " + e, e);
        }
    }

    /** What the header of the tensor's file says of it. */
    SafetensorsHeader.Entry entry(String name) {
        return file(name).entry(name);
    }

    /** The file that holds a tensor, for messages; the directory if none does. */
    Path fileOf(String name) {
        return fileOf.getOrDefault(name, directory);
    }

    /** Size of all files together. */
    long bytesOnDisk() {
        long bytes = 0;
        for (Path file : files()) {
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw invalid(file, "cannot be read: " + e, e);
            }
        }
        return bytes;
    }

    private synchronized Safetensors file(String tensor) {
        Path file = fileOf.get(tensor);
        if (file == null) {
            throw invalid(
                    directory,
                    "there is no tensor " + shown(tensor)
                            + "\nMaybe the checkpoint is incomplete, or its config.json belongs to another one.");
        }
        return file(file);
    }

    private synchronized Safetensors file(Path file) {
        return open.computeIfAbsent(file, Safetensors::open);
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Safetensors::close);
        open.clear();
    }
}
