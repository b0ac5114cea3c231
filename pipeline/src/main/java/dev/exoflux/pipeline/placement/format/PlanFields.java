package dev.exoflux.pipeline.placement.format;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object of a plan file, read by type: a wrong field is an error that names it, its value and what it should be. A
 * field that is {@code null} counts as absent.
 */
final class PlanFields {

    private static final int SHOWN = 60;

    private final String path;
    private final JsonNode object;
    private final Set<String> read = new TreeSet<>();

    private PlanFields(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    static PlanFields root(JsonNode root) {
        if (!root.isObject()) {
            throw invalid(
                    "the file",
                    "A plan file is a JSON object with peers, links, model and constraints; this one is " + shown(root)
                            + ".");
        }
        return new PlanFields("", root);
    }

    boolean has(String name) {
        read.add(name);
        return object.hasNonNull(name);
    }

    boolean isText(String name) {
        return has(name) && object.get(name).isString();
    }

    /** The object in that field, an empty one where there is none. */
    PlanFields object(String name) {
        if (has(name) && !object.get(name).isObject()) {
            throw wrong(name, "an object");
        }
        return new PlanFields(path + name + ".", object.path(name));
    }

    /** The objects of an array; none where there is no such field. */
    List<PlanFields> objects(String name) {
        List<PlanFields> objects = new ArrayList<>();
        for (JsonNode item : items(name, "an array of objects")) {
            String itemPath = path + name + "[" + objects.size() + "]";
            if (!item.isObject()) {
                throw invalid(itemPath, "%s is %s, not an object.".formatted(itemPath, shown(item)));
            }
            objects.add(new PlanFields(itemPath + ".", item));
        }
        return objects;
    }

    /** The strings of an array, or the {@code id}s of its objects. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(name, "an array of strings")) {
            JsonNode text = item.isObject() ? item.path("id") : item;
            if (!text.isString()) {
                throw wrong(name, "an array of strings");
            }
            texts.add(text.stringValue());
        }
        return texts;
    }

    private Iterable<JsonNode> items(String name, String expected) {
        if (!has(name)) {
            return List.of();
        }
        if (!object.get(name).isArray()) {
            throw wrong(name, expected);
        }
        return object.get(name);
    }

    String text(String name) {
        if (!has(name)) {
            throw missing(name);
        }
        String text = text(name, "");
        if (text.isBlank()) {
            throw wrong(name, "a name");
        }
        return text;
    }

    String text(String name, String otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (!object.get(name).isString()) {
            throw wrong(name, "a string");
        }
        return object.get(name).stringValue();
    }

    /** One of a few spellings. */
    <T> T choice(String name, T otherwise, String expected, Function<String, Optional<T>> of) {
        if (!has(name)) {
            return otherwise;
        }
        return of.apply(text(name, "")).orElseThrow(() -> wrong(name, expected));
    }

    long whole(String name, long least, long most) {
        if (!has(name)) {
            throw missing(name);
        }
        return whole(name, least, least, most);
    }

    long whole(String name, long otherwise, long least, long most) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = object.get(name);
        boolean isWhole = value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
        if (!isWhole || Math.abs(value.doubleValue()) > 1e18 || !inside(value.asLong(), least, most)) {
            throw wrong(name, "a whole number from %d to %d".formatted(least, most));
        }
        return value.asLong();
    }

    private static boolean inside(long value, long least, long most) {
        return value >= least && value <= most;
    }

    /** A finite number of at least 0. */
    double number(String name, double otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        double value = object.get(name).isNumber() ? object.get(name).doubleValue() : -1;
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw wrong(name, "a number of at least 0");
        }
        return value;
    }

    boolean flag(String name) {
        if (has(name) && !object.get(name).isBoolean()) {
            throw wrong(name, "true or false");
        }
        return has(name) && object.get(name).booleanValue();
    }

    /** Fields that are there and were never asked for. */
    List<String> unread() {
        return object.isObject()
                ? object.propertyNames().stream()
                        .filter(name -> !read.contains(name))
                        .map(name -> path + name)
                        .toList()
                : List.of();
    }

    ExofluxException missing(String name) {
        return invalid(path + name, "%s is missing.".formatted(path + name));
    }

    ExofluxException wrong(String name, String expected) {
        return invalid(path + name, "%s is %s, not %s.".formatted(path + name, shown(object.path(name)), expected));
    }

    static ExofluxException invalid(String field, String message) {
        return ExofluxException.invalid(field, message);
    }

    private static String shown(JsonNode value) {
        String text = value.toString().replaceAll("\\p{Cntrl}", "?");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
