package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;
import static dev.exoflux.model.weights.ModelErrors.shown;

import dev.exoflux.model.ExofluxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON table at the head of a safetensors file, believed only as far as it is consistent: every tensor's bytes must
 * lie within the file, be as many as its shape and type ask for, and together cover the data without gap or overlap.
 *
 * <p>Read as a stream of tokens within fixed bounds, so that no header can take more memory or time than its own length
 * explains.
 */
final class SafetensorsHeader {

    /** The format's own bound on a header. */
    static final long MAX_BYTES = 100_000_000;

    private static final int MAX_TENSORS = 1 << 18;
    private static final int MAX_RANK = 16;
    private static final int MAX_DEPTH = 4;
    private static final int MAX_TEXT = 1 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_TEXT)
                    .maxStringLength(MAX_TEXT)
                    .build())
            .build();

    /** One row of the table; {@code from} and {@code to} count bytes from the end of the header. */
    record Entry(String name, StoredType type, List<Long> shape, long from, long to) {}

    private final Path file;
    private final long dataBytes;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private SafetensorsHeader(Path file, long dataBytes) {
        this.file = file;
        this.dataBytes = dataBytes;
    }

    /**
     * Reads and checks a header.
     *
     * @param json the header's bytes
     * @param dataBytes how many bytes follow it in the file
     * @return the tensors by name, in the order of the header
     */
    static Map<String, Entry> parse(Path file, byte[] json, long dataBytes) {
        SafetensorsHeader header = new SafetensorsHeader(file, dataBytes);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            header.readTable(parser);
        } catch (JacksonException e) {
            throw invalid(file, "the header is not well-formed JSON: " + shown(e.getOriginalMessage()), e);
        }
        header.checkCoverage();
        return header.entries;
    }

    private void readTable(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw invalid(file, "the header is not a JSON object");
        }
        boolean metadata = false;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (name.equals("__metadata__")) {
                if (metadata) {
                    throw duplicate(name);
                }
                metadata = true;
                skipMetadata(parser);
                continue;
            }
            if (entries.size() == MAX_TENSORS) {
                throw invalid(file, "the header names more than " + MAX_TENSORS + " tensors");
            }
            if (entries.put(name, readEntry(parser, name)) != null) {
                throw duplicate(name);
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
            throw invalid(file, "the header goes on after its JSON object");
        }
    }

    private void skipMetadata(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw invalid(file, "__metadata__ is not a JSON object");
        }
        parser.skipChildren();
    }

    private Entry readEntry(JsonParser parser, String name) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong(name, "is not described by a JSON object");
        }
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            parser.nextToken();
            switch (key) {
                case "dtype" -> dtype = once(name, key, dtype, text(parser, name, key));
                case "shape" -> shape = once(name, key, shape, numbers(parser, name, key, MAX_RANK));
                case "data_offsets" -> offsets = once(name, key, offsets, numbers(parser, name, key, 2));
                default -> throw wrong(name, "has an unknown field \"" + shown(key) + "\"");
            }
        }
        return check(
                name,
                required(name, "dtype", dtype),
                required(name, "shape", shape),
                required(name, "data_offsets", offsets));
    }

    private Entry check(String name, String dtype, long[] shape, long[] offsets) {
        StoredType type = Optional.ofNullable(StoredType.named(dtype))
                .orElseThrow(() -> wrong(name, "has the unknown dtype \"" + shown(dtype) + "\""));
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
            throw wrong(
                    name,
                    "has data_offsets " + Arrays.toString(offsets) + " in a file with " + dataBytes
                            + " bytes of data\nMaybe the download was cut short: fetch the file again.");
        }
        long bytes = offsets[1] - offsets[0];
        if (bytes != sizeInBytes(name, type, shape)) {
            throw wrong(
                    name,
                    "takes " + bytes + " bytes, but " + dtype + Arrays.toString(shape) + " takes "
                            + sizeInBytes(name, type, shape));
        }
        return new Entry(name, type, Arrays.stream(shape).boxed().toList(), offsets[0], offsets[1]);
    }

    private long sizeInBytes(String name, StoredType type, long[] shape) {
        try {
            long bits = type.bits();
            for (long dimension : shape) {
                bits = Math.multiplyExact(bits, dimension);
            }
            if (bits % Byte.SIZE != 0) {
                throw wrong(name, "ends within a byte: " + type + Arrays.toString(shape));
            }
            return bits / Byte.SIZE;
        } catch (ArithmeticException e) {
            throw wrong(name, "has an impossible shape " + Arrays.toString(shape));
        }
    }

    /** Holes and overlaps both mean that a table and its data were not written together. */
    private void checkCoverage() {
        List<Entry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
        long end = 0;
        for (Entry entry : inOrder) {
            if (entry.from() != end) {
                throw wrong(
                        entry.name(),
                        "begins at byte " + entry.from() + " of the data, "
                                + (entry.from() < end ? "inside" : "leaving a hole after")
                                + " the tensor that ends at " + end);
            }
            end = entry.to();
        }
        if (end != dataBytes) {
            throw invalid(file, "the tensors end at byte " + end + " of the data, the file at " + dataBytes);
        }
    }

    private String text(JsonParser parser, String name, String key) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(name, "has a " + key + " that is no string: " + shown(String.valueOf(parser.getString())));
        }
        return parser.getString();
    }

    private long[] numbers(JsonParser parser, String name, String key, int most) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(name, "has a " + key + " that is no array: " + shown(String.valueOf(parser.getString())));
        }
        long[] numbers = new long[most];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == most) {
                throw wrong(name, "has a " + key + " of more than " + most + " numbers");
            }
            numbers[count++] = number(parser, name, key);
        }
        return Arrays.copyOf(numbers, count);
    }

    private long number(JsonParser parser, String name, String key) {
        boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!whole || parser.getLongValue() < 0) {
            throw wrong(
                    name,
                    "has a " + key + " with " + shown(String.valueOf(parser.getString()))
                            + ", which is no whole number from 0 to " + Long.MAX_VALUE);
        }
        return parser.getLongValue();
    }

    private <T> T once(String name, String key, @Nullable T before, T value) {
        if (before != null) {
            throw wrong(name, "has more than one " + key);
        }
        return value;
    }

    private <T> T required(String name, String key, @Nullable T value) {
        if (value == null) {
            throw wrong(name, "has no " + key);
        }
        return value;
    }

    private ExofluxException duplicate(String name) {
        return wrong(name, "is in the header more than once");
    }

    private ExofluxException wrong(String name, String problem) {
        return invalid(file, "tensor " + shown(name) + " " + problem);
    }
}
