package dev.exoflux.dsl.yaml;

import java.util.regex.Pattern;

/**
 * What a scalar without quotes is, by the core schema of YAML 1.2: {@code on}, {@code no} and {@code 1:30} are texts there, as people
 * expect, while YAML 1.1 takes them for booleans and a number to the base of 60.
 */
enum ScalarKind {
    NULL,
    BOOLEAN,
    WHOLE,
    DECIMAL,
    TEXT;

    private static final Pattern WHOLE_FORM = Pattern.compile("[-+]?[0-9]{1,400}|0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}");
    private static final Pattern DECIMAL_FORM = Pattern.compile(
            "[-+]?(?:\\.[0-9]{1,400}|[0-9]{1,400}(?:\\.[0-9]{0,400})?)(?:[eE][-+]?[0-9]{1,400})?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");

    static ScalarKind of(String plain) {
        return switch (plain) {
            case "", "~", "null", "Null", "NULL" -> NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> BOOLEAN;
            default ->
                WHOLE_FORM.matcher(plain).matches()
                        ? WHOLE
                        : DECIMAL_FORM.matcher(plain).matches() ? DECIMAL : TEXT;
        };
    }
}
