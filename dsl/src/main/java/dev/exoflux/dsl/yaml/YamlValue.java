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
            String line = text.replaceAll("\\p{Cntrl}", "?");
            String shown = line.length() <= 60 ? line : line.substring(0, 57) + "...";
            return plain ? shown : "\"" + shown + "\"";
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

    record Field(Place place, String key, YamlValue value) {}
}
