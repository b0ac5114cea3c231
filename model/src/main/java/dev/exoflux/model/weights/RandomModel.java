package dev.exoflux.model.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes models of a well-known shape with random weights: what they say is noise, how fast they say it is not. The weights
 * are streamed, so that a model larger than memory can be made.
 */
public final class RandomModel {

    static final int GROUP_SIZE = 64;

    private static final int BUFFER_BYTES = 1 << 20;

    /** The built-in model's, whose token ids are a part of any shape's vocabulary. */
    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json");

    /** Told how far the writing has come. */
    public interface Progress {
        void written(long bytes, long of);
    }

    private final KnownShape shape;
    private final int bits;
    private final long seed;
    private final Progress progress;

    private RandomModel(KnownShape shape, int bits, long seed, Progress progress) {
        this.shape = shape;
        this.bits = bits;
        this.seed = seed;
        this.progress = progress;
    }

    /** Names of the shapes that can be written. */
    public static List<String> shapes() {
        return KnownShape.ids();
    }

    /**
     * Writes a model's directory, which appears when it is complete and not before.
     *
     * @param shape one of {@link #shapes()}
     * @param bits 4 or 8 for MLX's affine quantisation in groups of 64, 16 for bf16
     * @param directory must not exist or be empty
     * @param seed the same seed makes the same bytes
     * @throws ExofluxException INVALID_REQUEST for an argument, INVALID_CONFIGURATION where the disk is full or not writable
     */
    public static void write(String shape, int bits, Path directory, long seed, Progress progress) {
        KnownShape known = KnownShape.named(shape)
                .orElseThrow(() -> ExofluxException.invalid(
                        "like",
                        "There is no shape " + shape + "\nKnown shapes are " + String.join(", ", shapes()) + "."));
        if (bits != 4 && bits != 8 && bits != 16) {
            throw ExofluxException.invalid("bits", "Weights of " + bits + " bits are not made, only of 4, 8 or 16");
        }
        write(known, bits, directory.toAbsolutePath().normalize(), seed, progress);
    }

    static void write(KnownShape shape, int bits, Path target, long seed, Progress progress) {
        try {
            requireEmpty(target);
            new RandomModel(shape, bits, seed, progress).writeTo(target);
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION, "The model cannot be written to " + target + ": " + e, e);
        }
    }

    private static void requireEmpty(Path target) throws IOException {
        if (Files.exists(target)) {
            boolean empty = Files.isDirectory(target);
            if (empty) {
                try (var children = Files.list(target)) {
                    empty = children.findAny().isEmpty();
                }
            }
            if (!empty) {
                throw ExofluxException.invalid(
                        "out", target + " exists already\nMaybe remove it, or name another place.");
            }
        }
    }

    private void writeTo(Path target) throws IOException {
        List<RandomTensor> tensors = RandomTensor.of(shape, bits);
        long bytes = tensors.stream().mapToLong(RandomTensor::bytes).sum();
        Path parent = Optional.ofNullable(target.getParent()).orElse(target);
        Files.createDirectories(parent);
        requireSpace(parent, bytes);
        Path temporary = Directories.createTemporary(parent, "." + target.getFileName() + "-");
        Thread onExit = new Thread(() -> Directories.delete(temporary));
        Runtime.getRuntime().addShutdownHook(onExit); // Ctrl-C must not leave gigabytes behind
        try {
            writeConfiguration(temporary);
            writeWeights(temporary.resolve("model.safetensors"), tensors, bytes);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Directories.delete(temporary);
            removeHook(onExit);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // shutting down: it runs
        }
    }

    private static void requireSpace(Path parent, long bytes) throws IOException {
        long usable = Files.getFileStore(parent).getUsableSpace();
        if (usable < bytes) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The model takes " + bytes + " bytes, and " + parent + " has room for " + usable
                            + "\nMaybe take fewer bits, a smaller shape or another disk.");
        }
    }

    private void writeConfiguration(Path directory) throws IOException {
        new JsonMapper().writerWithDefaultPrettyPrinter().writeValue(directory.resolve("config.json"), configuration());
        BuiltinModels builtin = BuiltinModels.ofJar(directory);
        for (String file : TOKENIZER_FILES) {
            Optional<InputStream> source = builtin.open("tiny/" + file);
            if (source.isPresent()) {
                try (InputStream in = source.get()) {
                    Files.copy(in, directory.resolve(file));
                }
            }
        }
    }

    private Map<String, Object> configuration() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architectures", List.of(shape.architecture().className()));
        config.put("model_type", shape.architecture().modelType());
        config.put("hidden_size", shape.hidden());
        config.put("intermediate_size", shape.intermediate());
        config.put("num_hidden_layers", shape.layers());
        config.put("num_attention_heads", shape.heads());
        config.put("num_key_value_heads", shape.kvHeads());
        config.put("head_dim", shape.headDim());
        config.put("hidden_act", "silu");
        config.put("rms_norm_eps", 1e-5);
        config.put("vocab_size", shape.vocabulary());
        config.put("max_position_embeddings", shape.context());
        config.put("tie_word_embeddings", shape.tied());
        config.put("rope_theta", shape.ropeTheta());
        if (shape.ropeFactor() > 0) {
            config.put(
                    "rope_scaling",
                    Map.of(
                            "rope_type", "llama3",
                            "factor", shape.ropeFactor(),
                            "low_freq_factor", 1,
                            "high_freq_factor", 4,
                            "original_max_position_embeddings", 8192));
        }
        config.put("torch_dtype", "bfloat16");
        if (bits < 16) {
            config.put("quantization", Map.of("mode", "affine", "bits", bits, "group_size", GROUP_SIZE));
        }
        return config;
    }

    private void writeWeights(Path file, List<RandomTensor> tensors, long bytes) throws IOException {
        RandomFill fill = new RandomFill(bits, seed);
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long written = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(channel, header(tensors));
            for (RandomTensor tensor : tensors) {
                for (long left = tensor.bytes(); left > 0; left -= buffer.limit()) {
                    buffer.clear();
                    fill.fill(buffer, tensor.filling());
                    buffer.limit((int) Math.min(left, BUFFER_BYTES));
                    writeFully(channel, buffer);
                    written += buffer.limit();
                    progress.written(written, bytes);
                }
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static ByteBuffer header(List<RandomTensor> tensors) {
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("__metadata__", Map.of("format", "mlx"));
        long offset = 0;
        for (RandomTensor tensor : tensors) {
            long end = offset + tensor.bytes();
            table.put(
                    tensor.name(),
                    Map.of("dtype", tensor.type(), "shape", tensor.shape(), "data_offsets", List.of(offset, end)));
            offset = end;
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(new JsonMapper().writeValueAsBytes(table));
        while (json.size() % Long.BYTES != 0) {
            json.write(' '); // so that the data begin aligned
        }
        return ByteBuffer.allocate(Long.BYTES + json.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.size())
                .put(json.toByteArray())
                .flip();
    }
}
