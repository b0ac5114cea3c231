package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.Nearest;
import dev.exoflux.dsl.yaml.YamlValue.Field;
import dev.exoflux.dsl.yaml.YamlValue.Fields;
import dev.exoflux.model.ExofluxException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form of a thing that has keys.
 *
 * @param name of the thing, in the schema and in messages
 * @param meaning in a sentence, for people
 * @param keys in the order they are written
 * @param exactlyOne of these keys; empty for no such rule
 * @param together keys that mean something only beside another: each with the one it needs
 * @param make the thing, of what was read; may refuse it with an {@link ExofluxException} about a key
 */
record Mapping<R>(
        String name,
        String meaning,
        List<Key<R, ?>> keys,
        List<String> exactlyOne,
        Map<String, String> together,
        Function<Values, R> make)
        implements Form<R> {

    static <R> Mapping<R> of(String name, String meaning, List<Key<R, ?>> keys, Function<Values, R> make) {
        return new Mapping<>(name, meaning, keys, List.of(), Map.of(), make);
    }

    Mapping<R> withExactlyOneOf(Stream<String> names) {
        return new Mapping<>(name, meaning, keys, names.toList(), together, make);
    }

    /** The same, where each of {@code names} needs {@code other}. */
    Mapping<R> withOnlyBeside(String other, String... names) {
        Map<String, String> more = new LinkedHashMap<>(together);
        List.of(names).forEach(key -> more.put(key, other));
        return new Mapping<>(name, meaning, keys, exactlyOne, more, make);
    }

    @Override
    public @Nullable R read(String key, YamlValue value, Reading reading) {
        if (!(value instanceof Fields fields)) {
            return reading.wrong(key, value, this);
        }
        int before = reading.problems().size();
        Values values = new Values();
        Set<String> misspelt = new HashSet<>();
        for (Field field : fields.fields()) {
            find(field.key())
                    .ifPresentOrElse(
                            known -> values.read(known, field.value(), reading),
                            () -> unknown(field, misspelt, reading));
        }
        checkPresence(fields, misspelt, reading);
        if (reading.problems().size() > before) {
            return null;
        }
        try {
            return make.apply(values);
        } catch (ExofluxException e) {
            reading.refused(placeOf(e.parameter(), fields), e);
            return null;
        }
    }

    private Optional<Key<R, ?>> find(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    private void unknown(Field field, Set<String> misspelt, Reading reading) {
        List<String> names = keys.stream().<String>map(Key::name).toList();
        Optional<String> meant = Nearest.to(field.key(), names);
        meant.ifPresent(misspelt::add);
        String help = meant.map("Maybe you mean %s."::formatted)
                .orElseGet(() -> Vocabulary.homesOf(field.key())
                        .map("Maybe it belongs elsewhere: to %s."::formatted)
                        .orElse("The keys of %s are %s.".formatted(name, String.join(", ", names))));
        reading.problem(field.place(), field.key(), "%s is no key of %s.\n%s".formatted(field.told(), name, help));
    }

    /** @param misspelt keys that are taken to be meant by others: to say that they are missing would be to say it twice */
    private void checkPresence(Fields fields, Set<String> misspelt, Reading reading) {
        List<String> written = fields.fields().stream().map(Field::key).toList();
        for (Key<R, ?> key : keys) {
            if (key.presence() == Key.Presence.REQUIRED
                    && !written.contains(key.name())
                    && !misspelt.contains(key.name())) {
                reading.problem(fields.place(), key.name(), """
                        %s lacks %s.
                        Maybe add it: %s.""".formatted(
                                name, key.name(), key.form().told()));
            }
        }
        List<String> chosen = exactlyOne.stream().filter(written::contains).toList();
        if (chosen.isEmpty() && !exactlyOne.isEmpty() && exactlyOne.stream().noneMatch(misspelt::contains)) {
            reading.problem(fields.place(), exactlyOne.getFirst(), """
                    %s says nothing yet.
                    Maybe add one of %s.""".formatted(name, list(exactlyOne)));
        } else if (chosen.size() > 1) {
            reading.problem(
                    placeOfKey(chosen.get(1), fields),
                    chosen.get(1),
                    "%s has %s, and may have only one of them.\nMaybe drop one, or give it a place of its own."
                            .formatted(name, list(chosen)));
        }
        together.forEach((key, other) -> {
            if (written.contains(key) && !written.contains(other)) {
                reading.problem(
                        placeOfKey(key, fields),
                        key,
                        "%1$s has %2$s, which means something only beside %3$s.\nMaybe add %3$s, or drop %2$s."
                                .formatted(name, key, other));
            }
        });
    }

    private static String list(List<String> names) {
        return String.join(", ", names.subList(0, names.size() - 1))
                + (names.size() > 1 ? " and " : "")
                + names.getLast();
    }

    private static Place placeOfKey(String key, Fields fields) {
        return fields.fields().stream()
                .filter(field -> field.key().equals(key))
                .map(Field::place)
                .findFirst()
                .orElse(fields.place());
    }

    private static Place placeOf(@Nullable String key, Fields fields) {
        return fields.fields().stream()
                .filter(field -> field.key().equals(key))
                .map(field -> field.value().place())
                .findFirst()
                .orElse(fields.place());
    }

    @Override
    public Map<Object, @Nullable Object> write(R value) {
        Map<Object, @Nullable Object> written = new LinkedHashMap<>();
        for (Key<R, ?> key : keys) {
            Object tree = key.write(value);
            if (tree != null) {
                written.put(key.name(), tree);
            }
        }
        return written;
    }

    @Override
    public Map<String, Object> schema(SchemaParts parts) {
        return parts.refer(name, () -> body(parts));
    }

    private Map<String, Object> body(SchemaParts parts) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Key<R, ?> key : keys) {
            Map<String, Object> property = new LinkedHashMap<>(key.form().schema(parts));
            property.put(
                    "description",
                    key.meaning() + (key.without().isEmpty() ? "" : " Without it: " + key.without() + "."));
            properties.put(key.name(), property);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("description", meaning);
        body.put("type", "object");
        body.put("additionalProperties", false);
        body.put("properties", properties);
        body.put(
                "required",
                keys.stream()
                        .filter(key -> key.presence() == Key.Presence.REQUIRED)
                        .map(Key::name)
                        .toList());
        if (!exactlyOne.isEmpty()) {
            body.put(
                    "oneOf",
                    exactlyOne.stream()
                            .map(key -> Map.of("required", List.of(key)))
                            .toList());
        }
        if (!together.isEmpty()) {
            Map<String, Object> needs = new LinkedHashMap<>();
            together.forEach((key, other) -> needs.put(key, List.of(other)));
            body.put("dependentRequired", needs);
        }
        return body;
    }

    @Override
    public String told() {
        List<String> required = keys.stream()
                .filter(key -> key.presence() == Key.Presence.REQUIRED)
                .<String>map(Key::name)
                .toList();
        if (!required.isEmpty()) {
            return "a mapping with " + list(required);
        }
        return exactlyOne.isEmpty()
                ? "a mapping with keys such as " + keys.getFirst().name()
                : "a mapping with one of " + list(exactlyOne);
    }
}
