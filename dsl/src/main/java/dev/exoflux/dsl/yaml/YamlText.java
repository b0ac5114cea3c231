package dev.exoflux.dsl.yaml;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tree as YAML that people like to read: what is short on one line, what is not in blocks, and neighbours in columns. */
final class YamlText {

    private static final int LINE = 110;

    /** Texts that need no quotes, if they do not look like something else. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_/][A-Za-z0-9_./@+-]*");

    private final StringBuilder text = new StringBuilder();

    private YamlText() {}

    /** One document, with a line break at its end. */
    static String of(Map<?, ?> document) {
        YamlText yaml = new YamlText();
        yaml.fields(document, 0);
        return yaml.text.toString();
    }

    private void fields(Map<?, ?> fields, int indent) {
        boolean first = true;
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (!first) {
                text.repeat(' ', indent);
            }
            first = false;
            String key = scalar(field.getKey()) + ":";
            int column = indent + columnOf(fields, field, indent);
            text.append(key);
            value(field.getValue(), indent, column - indent - key.length());
        }
    }

    /** Where the value of a field begins, so that short mappings among neighbours stand below each other. */
    private static int columnOf(Map<?, ?> fields, Map.Entry<?, ?> field, int indent) {
        int own = scalar(field.getKey()).length() + 2;
        if (!isShortMapping(field.getValue(), own + indent)) {
            return own;
        }
        int widest = fields.entrySet().stream()
                .filter(other -> isShortMapping(other.getValue(), indent))
                .mapToInt(other -> scalar(other.getKey()).length() + 2)
                .max()
                .orElse(own);
        return isShortMapping(field.getValue(), widest + indent) ? widest : own;
    }

    private static boolean isShortMapping(@Nullable Object value, int column) {
        return value instanceof Map<?, ?> && fits(value, column);
    }

    private void value(@Nullable Object value, int indent, int gap) {
        if (fits(value, indent + gap) || isEmpty(value)) {
            text.repeat(' ', gap).append(flow(value)).append('\n');
            return;
        }
        switch (value) {
            case Map<?, ?> fields -> {
                text.append('\n').repeat(' ', indent + 2);
                fields(fields, indent + 2);
            }
            case List<?> items -> {
                text.append('\n');
                items.forEach(item -> item(item, indent + 2));
            }
            case null, default -> text.repeat(' ', gap).append(flow(value)).append('\n');
        }
    }

    private void item(@Nullable Object item, int indent) {
        text.repeat(' ', indent).append('-');
        if (item instanceof Map<?, ?> fields && !fits(item, indent + 2) && !fields.isEmpty()) {
            text.append(' ');
            fields(fields, indent + 2);
        } else {
            value(item, indent, 1);
        }
    }

    private static boolean isEmpty(@Nullable Object value) {
        return (value instanceof Map<?, ?> map && map.isEmpty()) || (value instanceof List<?> list && list.isEmpty());
    }

    /** Whether a list or a mapping can stand on one line from that column on. */
    private static boolean fits(@Nullable Object value, int column) {
        return (value instanceof Map || value instanceof List)
                && column + flow(value).length() <= LINE;
    }

    private static String flow(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> fields when fields.isEmpty() -> "{}";
            case Map<?, ?> fields ->
                fields.entrySet().stream()
                        .map(field -> scalar(field.getKey()) + ": " + flow(field.getValue()))
                        .collect(Collectors.joining(", ", "{ ", " }"));
            case List<?> items when items.isEmpty() -> "[]";
            case List<?> items
            when items.stream().anyMatch(Map.class::isInstance) ->
                items.stream().map(YamlText::flow).collect(Collectors.joining(", ", "[ ", " ]"));
            case List<?> items -> items.stream().map(YamlText::flow).collect(Collectors.joining(", ", "[", "]"));
            case null, default -> scalar(value);
        };
    }

    private static String scalar(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Form.Unquoted unquoted -> unquoted.text();
            case String word -> isPlain(word) ? word : quoted(word);
            default -> value.toString();
        };
    }

    private static boolean isPlain(String word) {
        return PLAIN.matcher(word).matches() && ScalarKind.of(word) == ScalarKind.TEXT;
    }

    private static String quoted(String word) {
        StringBuilder quoted = new StringBuilder("\"");
        word.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append((char) c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' '
                            || (c >= 0x7F && c < 0xA1)
                            || c == 0x2028
                            || c == 0x2029
                            || c == 0xFEFF
                            || c >= 0xFFFE) {
                        quoted.append("\\u%04X".formatted(c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
