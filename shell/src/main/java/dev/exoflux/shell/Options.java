package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.shell.core.command.CommandArgument;
import org.springframework.shell.core.command.CommandOption;
import org.springframework.shell.core.command.ParsedInput;

/** The values a user gave to one command, read by type; a bad one is an error that names option and value. */
final class Options {

    private final ParsedInput input;

    Options(ParsedInput input) {
        this.input = input;
    }

    /** A yes/no option. */
    static CommandOption flag(String name, String description) {
        return option(name, description, Boolean.class);
    }

    static CommandOption text(String name, String description) {
        return option(name, description, String.class);
    }

    static CommandOption number(String name, String description) {
        return option(name, description, Integer.class);
    }

    private static CommandOption option(String name, String description, Class<?> type) {
        return CommandOption.with()
                .longName(name)
                .description(description)
                .required(false)
                .type(type)
                .build();
    }

    boolean given(String name) {
        return last(name) != null;
    }

    boolean flag(String name) {
        String value = last(name);
        return switch (value == null ? "false" : value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw ExofluxException.invalid(
                        "--" + name,
                        "--%s=%s is neither true nor false.%nMaybe just --%s.".formatted(name, value, name));
        };
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(last(name));
    }

    /** Every value of an option that may be repeated, in order. */
    List<String> texts(String name) {
        List<String> values = new ArrayList<>();
        for (CommandOption option : input.options()) {
            if (name.equals(option.longName())) {
                values.add(option.value());
            }
        }
        return values;
    }

    /** The words of a list with commas, none twice. */
    static List<String> list(String commas) {
        return Arrays.stream(commas.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    int number(String name, int fallback, int least, int most) {
        return (int) wide(name, fallback, least, most);
    }

    long wide(String name, long fallback, long least, long most) {
        String value = last(name);
        if (value == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(value.trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the range
        }
        throw ExofluxException.invalid(
                "--" + name, "--%s %s is not a whole number from %d to %d.".formatted(name, value, least, most));
    }

    float decimal(String name, float fallback, float least, float most) {
        String value = last(name);
        if (value == null) {
            return fallback;
        }
        try {
            float number = Float.parseFloat(value.trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the range
        }
        throw ExofluxException.invalid(
                "--" + name, "--%s %s is not a number from %s to %s.".formatted(name, value, least, most));
    }

    /** What is not an option, in order. */
    List<String> arguments() {
        return input.arguments().stream().map(CommandArgument::value).toList();
    }

    private @Nullable String last(String name) {
        List<String> values = texts(name);
        return values.isEmpty() ? null : values.getLast();
    }
}
