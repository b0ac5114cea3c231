package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.shell.core.command.Command;
import org.springframework.shell.core.command.CommandArgument;
import org.springframework.shell.core.command.CommandOption;
import org.springframework.shell.core.command.ParsedInput;

/**
 * Words to a command's options and arguments.
 *
 * <p>Takes words and not a line, as Spring Shell's own parser does, because the system's shell has already split and
 * unquoted them: joining them again would lose the difference between {@code "a b"} and {@code a b}.
 */
final class ArgumentParser {

    private ArgumentParser() {}

    /**
     * Understands {@code --name value}, {@code --name=value}, {@code --flag}, and {@code --} after which everything is an
     * argument.
     *
     * @throws ExofluxException INVALID_REQUEST naming the option that is unknown or lacks its value
     */
    static ParsedInput parse(Command command, List<String> words) {
        ParsedInput.Builder input = ParsedInput.builder().commandName(command.getName());
        int arguments = 0;
        boolean onlyArguments = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (onlyArguments || !word.startsWith("-") || word.equals("-") || isNumber(word)) {
                input.addArgument(new CommandArgument(arguments++, word));
            } else if (word.equals("--")) {
                onlyArguments = true;
            } else {
                int equals = word.indexOf('=');
                CommandOption option = find(command, equals < 0 ? word : word.substring(0, equals));
                boolean flag = option.type() == Boolean.class;
                String value;
                if (equals >= 0) {
                    value = word.substring(equals + 1);
                } else if (flag) {
                    value = "true";
                } else if (i + 1 < words.size() && !isOption(command, words.get(i + 1))) {
                    value = words.get(++i);
                } else {
                    throw ExofluxException.invalid(word, "%s needs a value: %s".formatted(word, option.description()));
                }
                input.addOption(CommandOption.with()
                        .longName(Objects.requireNonNull(option.longName()))
                        .type(option.type())
                        .value(value)
                        .build());
            }
        }
        return input.build();
    }

    private static CommandOption find(Command command, String word) {
        for (CommandOption option : command.getOptions()) {
            if (word.equals("--" + option.longName())) {
                return option;
            }
        }
        Optional<String> near = command.getOptions().stream()
                .map(option -> "--" + option.longName())
                .filter(name -> distance(name, word) <= 3)
                .min(Comparator.comparingInt(name -> distance(name, word)));
        throw ExofluxException.invalid(
                word,
                "%s has no option %s.%nMaybe %s."
                        .formatted(
                                command.getName(),
                                word,
                                near.orElse("`exoflux " + command.getName() + " --help` lists what it has")));
    }

    /** Whether a word is one of the command's own options, so that {@code --model --port 81} is not a model named "--port". */
    private static boolean isOption(Command command, String word) {
        return command.getOptions().stream().anyMatch(option -> word.equals("--" + option.longName()));
    }

    private static boolean isNumber(String word) {
        return word.matches("-[0-9.]+");
    }

    /** Levenshtein's edit distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
