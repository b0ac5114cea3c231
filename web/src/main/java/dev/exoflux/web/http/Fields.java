package dev.exoflux.web.http;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object of a request, read strictly: each by its type, and none left over. A field that is null
 * counts as absent. Whatever is wrong is an INVALID_REQUEST that names the field by its full path and shows its value.
 *
 * <p>Not thread-safe: it remembers what was read, so that {@link #refuseOthers} can refuse the rest.
 */
public final class Fields {

    private static final int LONGEST_SHOWN = 80;

    private static final String UNSUPPORTED = "exoflux does not support this field.\nMaybe leave it out";

    private final String path;
    private final JsonNode node;
    private final Set<String> read = new HashSet<>();

    /** The fields of a whole body. */
    static Fields ofBody(JsonNode body) {
        return new Fields("", body);
    }

    private Fields(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /** The whole object. */
    public JsonNode node() {
        return node;
    }

    /** The field, or null where it is absent. */
    public @Nullable JsonNode value(String name) {
        read.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public @Nullable String text(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isString()) {
            throw wrong(name, value, "it must be a string");
        }
        return value == null ? null : value.stringValue();
    }

    /** A string that has to be there; it may be empty. */
    public String requiredText(String name) {
        String text = text(name);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, value, "it must be true or false");
        }
        return value == null ? otherwise : value.booleanValue();
    }

    public @Nullable Float number(String name) {
        JsonNode value = value(name);
        return value == null ? null : number(name, value);
    }

    /** The same for a field whose name is data. */
    public float number(String name, JsonNode value) {
        float number = value.isNumber() ? (float) value.asDouble(Double.NaN) : Float.NaN;
        if (!Float.isFinite(number)) {
            throw wrong(name, value, "it must be a number");
        }
        return number;
    }

    public @Nullable Integer integer(String name, int least, int most) {
        Long value = wide(name, least, most);
        return value == null ? null : Math.toIntExact(value);
    }

    public @Nullable Long wide(String name, long least, long most) {
        JsonNode value = value(name);
        return value == null ? null : whole(path(name), value, least, most);
    }

    private static long whole(String path, JsonNode value, long least, long most) {
        if (!value.isNumber() || !value.canConvertToExactIntegral() || !value.canConvertToLong()) {
            throw wrongAt(path, value, "it must be a whole number");
        }
        long number = value.longValue();
        if (number < least || number > most) {
            throw wrongAt(path, value, number < least ? "it must be at least " + least : "it can be at most " + most);
        }
        return number;
    }

    public @Nullable Fields object(String name) {
        JsonNode value = value(name);
        return value == null ? null : objectAt(path(name), value);
    }

    private static Fields objectAt(String path, JsonNode value) {
        if (!value.isObject()) {
            throw wrongAt(path, value, "it must be an object");
        }
        return new Fields(path, value);
    }

    /** The object that a string holds as JSON. */
    public JsonNode embedded(String name, JsonNode text) {
        try {
            JsonNode parsed = Json.mapper().readTree(text.stringValue());
            if (parsed.isObject()) {
                return parsed;
            }
        } catch (JacksonException e) {
            // said below
        }
        throw wrong(name, text, "it must hold a JSON object");
    }

    /** The objects of an array that has to be there and must not be empty. */
    public List<Fields> requiredObjects(String name) {
        JsonNode value = value(name);
        if (value == null) {
            throw missing(name);
        }
        if (value.isEmpty()) {
            throw wrong(name, value, "it must be an array with at least one object");
        }
        return elements(name, value, Fields::objectAt);
    }

    /** The objects of an array known to be one. */
    public List<Fields> objects(String name, JsonNode array) {
        return elements(name, array, Fields::objectAt);
    }

    /** The strings of an array known to be one. */
    public List<String> texts(String name, JsonNode array) {
        return elements(name, array, (path, element) -> {
            if (!element.isString()) {
                throw wrongAt(path, element, "it must be a string");
            }
            return element.stringValue();
        });
    }

    /** The token ids of an array known to be one. */
    public List<Integer> ids(String name, JsonNode array) {
        return elements(name, array, Fields::id);
    }

    /** The token ids of an array that is itself an element of one. */
    public static List<Integer> idsAt(String path, JsonNode array) {
        return elementsAt(path, array, Fields::id);
    }

    private static int id(String path, JsonNode value) {
        return (int) whole(path, value, 0, Integer.MAX_VALUE);
    }

    /** The elements of an array, each read by {@code reader} from its full path and value. */
    public <T> List<T> elements(String name, JsonNode array, BiFunction<String, JsonNode, T> reader) {
        return elementsAt(path(name), array, reader);
    }

    private static <T> List<T> elementsAt(String path, JsonNode array, BiFunction<String, JsonNode, T> reader) {
        if (!array.isArray()) {
            throw wrongAt(path, array, "it must be an array");
        }
        List<T> elements = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            elements.add(reader.apply(path + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    /** Accepts a field only where its value (as JSON) asks for what happens anyway. */
    public void only(String name, String... harmless) {
        JsonNode value = value(name);
        if (value != null && !List.of(harmless).contains(value.toString())) {
            throw wrong(
                    name,
                    value,
                    harmless.length == 0
                            ? UNSUPPORTED
                            : "exoflux supports only " + String.join(" or ", harmless) + " here");
        }
    }

    /** Refuses the fields that nobody has read. */
    public void refuseOthers() {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!read.contains(field.getKey()) && !field.getValue().isNull()) {
                throw wrong(field.getKey(), field.getValue(), UNSUPPORTED);
            }
        }
    }

    /** What the fields that nobody has read hold; they count as read from then on. */
    public Map<String, @Nullable Object> others() {
        Map<String, @Nullable Object> others = PlainValues.ofObject(node);
        others.keySet().removeAll(read);
        read.addAll(others.keySet());
        return others;
    }

    public ExofluxException missing(String name) {
        return ExofluxException.invalid(path(name), path(name) + " is missing.");
    }

    public ExofluxException wrong(String name, JsonNode value, String reason) {
        return wrongAt(path(name), value, reason);
    }

    /** The same for an element whose full path is known. */
    public static ExofluxException wrongAt(String path, JsonNode value, String reason) {
        return ExofluxException.invalid(path, "%s is %s: %s.".formatted(path, shown(value), reason));
    }

    /** The field's full path, such as {@code messages[2].content}. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }
}
