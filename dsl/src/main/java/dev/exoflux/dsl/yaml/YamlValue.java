package dev.exoflux.dsl.yaml;

import java.util.List;

/** What is written in a file, before anybody asks what it means. */
sealed interface YamlValue {

    Place place();

    /** How it is spoken of. */
    String told();

    /**
     * A word, a number, nothing: whatever has no parts.
     *
     * @param plain whether it stands there without quotes, so that it may be a number, a boolean or nothing
     */
    record Scalar(Place place, String text, boolean plain) implements YamlValue {

        @Override
        public String told() {
            if (plain && ScalarKind.of(text) == ScalarKind.NULL) {
                return "empty";
            }
            return plain ? shown(text) : "\"" + shown(text) + "\"";
        }
    }

    record Items(Place place, List<YamlValue> items) implements YamlValue {

        @Override
        public String told() {
            return "a list";
        }
    }

    record Fields(Place place, List<Field> fields) implements YamlValue {

        @Override
        public String told() {
            return "a mapping";
        }
    }

    record Field(Place place, String key, YamlValue value) {

        /** How the key is spoken of. */
        String told() {
            return key.isBlank() ? "An empty key" : shown(key);
        }
    }

    /** On one line, and not too long for it. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 60 ? line : line.substring(0, 57) + "...";
    }
}
