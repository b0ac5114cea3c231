package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.Nearest;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.dsl.yaml.YamlValue.Scalar;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of single values. What a value may be beyond its form, the constructor that takes it says. */
final class ScalarForms {

    /** What stands for the number 0 where somebody else is to choose. */
    private static final String AUTO = "auto";

    private ScalarForms() {}

    /** Any text of that many characters at most. */
    static Form<String> text(int most) {
        return new Text("a text", Map.of("type", "string", "minLength", 1, "maxLength", most));
    }

    /** A regular expression of Java. */
    static Form<String> expression(int most) {
        return new Text("a regular expression", Map.of("type", "string", "minLength", 1, "maxLength", most));
    }

    /** A text that looks as {@code form} says. */
    static Form<String> text(String told, Pattern form) {
        return new Text(told, Map.of("type", "string", "pattern", "^(?:" + form.pattern() + ")$"));
    }

    static Form<Integer> whole(int least, int most) {
        return new Whole(least, most, false);
    }

    /** A whole number from 1, or {@code auto}, which is 0. */
    static Form<Integer> wholeOrAuto(int most) {
        return new Whole(1, most, true);
    }

    /** A whole number of 64 bits. */
    static Form<Long> seed() {
        return new Seed();
    }

    /** A number between whole ones. */
    static Form<Float> decimal(float least, float most) {
        return new Decimal(least, false, most);
    }

    /** A number above 0. */
    static Form<Float> positive(float most) {
        return new Decimal(0, true, most);
    }

    static <E extends Enum<E>> Form<E> choice(E[] values, Function<E, String> spelling) {
        return new Choice<>(List.of(values), spelling);
    }

    /** -1, 0 or +1. */
    static Form<Trit> trit() {
        return new TritForm();
    }

    private static boolean is(ScalarKind kind, Scalar scalar) {
        return scalar.plain() && ScalarKind.of(scalar.text()) == kind;
    }

    private record Text(String told, Map<String, Object> schema) implements Form<String> {

        @Override
        public @Nullable String read(String key, YamlValue value, Reading reading) {
            if (!(value instanceof Scalar scalar)) {
                return reading.wrong(key, value, this);
            }
            ScalarKind kind = scalar.plain() ? ScalarKind.of(scalar.text()) : ScalarKind.TEXT;
            if (kind == ScalarKind.TEXT) {
                return scalar.text();
            }
            return reading.wrong(key, value, this);
        }

        @Override
        public String help(YamlValue value) {
            return value instanceof Scalar scalar && !scalar.text().isEmpty()
                    ? "Maybe put it in quotes: \"%s\".".formatted(scalar.text())
                    : "";
        }

        @Override
        public Object write(String value) {
            return value;
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return schema;
        }
    }

    private record Whole(int least, int most, boolean orAuto) implements Form<Integer> {

        @Override
        public @Nullable Integer read(String key, YamlValue value, Reading reading) {
            if (value instanceof Scalar scalar) {
                if (orAuto && scalar.text().equals(AUTO)) {
                    return 0;
                }
                if (is(ScalarKind.WHOLE, scalar)) {
                    try {
                        int number = Integer.parseInt(scalar.text());
                        return number >= least && number <= most ? (Integer) number : reading.wrong(key, value, this);
                    } catch (NumberFormatException e) {
                        return reading.wrong(key, value, this);
                    }
                }
            }
            return reading.wrong(key, value, this);
        }

        @Override
        public Object write(Integer value) {
            return orAuto && value == 0 ? (Object) AUTO : value;
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            Map<String, Object> number = Map.of("type", "integer", "minimum", least, "maximum", most);
            return orAuto ? Map.of("anyOf", List.of(number, Map.of("const", AUTO))) : number;
        }

        @Override
        public String told() {
            return "a whole number from %d to %d".formatted(least, most) + (orAuto ? ", or auto" : "");
        }
    }

    private record Seed() implements Form<Long> {

        @Override
        public @Nullable Long read(String key, YamlValue value, Reading reading) {
            if (value instanceof Scalar scalar && is(ScalarKind.WHOLE, scalar)) {
                try {
                    return Long.parseLong(scalar.text());
                } catch (NumberFormatException e) {
                    return reading.wrong(key, value, this);
                }
            }
            return reading.wrong(key, value, this);
        }

        @Override
        public Object write(Long value) {
            return value;
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of("type", "integer", "minimum", Long.MIN_VALUE, "maximum", Long.MAX_VALUE);
        }

        @Override
        public String told() {
            return "a whole number of 64 bits";
        }
    }

    private record Decimal(float least, boolean above, float most) implements Form<Float> {

        @Override
        public @Nullable Float read(String key, YamlValue value, Reading reading) {
            if (value instanceof Scalar scalar && (is(ScalarKind.WHOLE, scalar) || is(ScalarKind.DECIMAL, scalar))) {
                try {
                    float number = Float.parseFloat(scalar.text());
                    boolean within = (above ? number > least : number >= least) && number <= most;
                    return within ? (Float) number : reading.wrong(key, value, this);
                } catch (NumberFormatException e) {
                    return reading.wrong(key, value, this); // .inf, .nan and 0x1
                }
            }
            return reading.wrong(key, value, this);
        }

        @Override
        public Object write(Float value) {
            return value.equals((float) value.intValue()) ? (Object) value.intValue() : value; // -0.0 stays
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of("type", "number", above ? "exclusiveMinimum" : "minimum", (int) least, "maximum", (int) most);
        }

        @Override
        public String told() {
            return (above ? "a number above %d and at most %d" : "a number from %d to %d")
                    .formatted((int) least, (int) most);
        }
    }

    private record Choice<E extends Enum<E>>(List<E> values, Function<E, String> spelling) implements Form<E> {

        @Override
        public @Nullable E read(String key, YamlValue value, Reading reading) {
            String text = value instanceof Scalar scalar ? scalar.text() : "";
            return values.stream()
                    .filter(choice -> spelling.apply(choice).equals(text))
                    .findFirst()
                    .orElseGet(() -> reading.wrong(key, value, this));
        }

        @Override
        public Object write(E value) {
            return spelling.apply(value);
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of("enum", values.stream().map(spelling).toList());
        }

        @Override
        public String help(YamlValue value) {
            return value instanceof Scalar scalar
                    ? Nearest.to(scalar.text(), values.stream().map(spelling).toList())
                            .map("Maybe you mean %s."::formatted)
                            .orElse("")
                    : "";
        }

        @Override
        public String told() {
            List<String> words = values.stream().map(spelling).toList();
            return words.size() == 1 ? words.getFirst() : "one of " + String.join(", ", words);
        }
    }

    private record TritForm() implements Form<Trit> {

        @Override
        public @Nullable Trit read(String key, YamlValue value, Reading reading) {
            String text = value instanceof Scalar scalar ? scalar.text() : "";
            return Arrays.stream(Trit.values())
                    .filter(trit -> trit.spelling().equals(text)
                            || Integer.toString(trit.value()).equals(text))
                    .findFirst()
                    .orElseGet(() -> reading.wrong(key, value, this));
        }

        @Override
        public Object write(Trit value) {
            return new Unquoted(value.spelling());
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of("enum", List.of(-1, 0, 1, "+1")); // not every reader of YAML takes +1 for a number
        }

        @Override
        public String told() {
            return "-1, 0 or +1";
        }
    }
}
