package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.shell.core.InputReader;
import org.springframework.shell.core.command.Command;
import org.springframework.shell.core.command.CommandContext;
import org.springframework.shell.core.command.CommandRegistry;

/** Finds the command that words name, runs it, and turns every outcome into an exit code. */
final class CommandLine {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private static final InputReader NO_INPUT = new InputReader() {};

    private final CommandRegistry registry;
    private final Console console;

    CommandLine(CommandRegistry registry, Console console) {
        this.registry = registry;
        this.console = console;
    }

    CommandRegistry registry() {
        return registry;
    }

    /** Runs one command; errors are printed, not thrown. */
    int run(List<String> words) {
        try {
            return dispatch(words);
        } catch (ExofluxException e) {
            console.err().println("exoflux: " + e.getMessage());
            return e.code() == ErrorCode.INVALID_REQUEST ? USAGE : FAILED;
        } catch (Exception e) {
            console.err()
                    .println("exoflux: " + e + System.lineSeparator() + "Maybe the log knows more: "
                            + console.home().resolve("logs"));
            org.slf4j.LoggerFactory.getLogger(CommandLine.class).error("{} failed", words, e);
            return FAILED;
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    private int dispatch(List<String> words) throws Exception {
        if (words.isEmpty() || List.of("help", "--help", "-h").contains(words.getFirst())) {
            return help(words);
        }
        if (List.of("--version", "-V", "version").contains(words.getFirst())) {
            console.out().println("exoflux " + version());
            return OK;
        }
        if (words.getFirst().equals("--list-peers")) {
            return dispatch(
                    Stream.concat(Stream.of("peers"), words.stream().skip(1)).toList());
        }
        Command command = find(words);
        if (command == null) {
            throw ExofluxException.invalid(words.getFirst(), unknown(words.getFirst()));
        }
        int consumed = command.getName().split(" ").length;
        List<String> rest = words.subList(consumed, words.size());
        if (rest.contains("--help") || rest.contains("-h")) {
            console.out().println(command.getHelp());
            return OK;
        }
        CommandContext context =
                new CommandContext(ArgumentParser.parse(command, rest), registry, console.out(), NO_INPUT);
        return command.execute(context).code();
    }

    private int help(List<String> words) {
        List<String> of = words.isEmpty() ? List.of() : words.subList(1, words.size());
        Command command = of.isEmpty() ? null : find(of);
        if (command != null) {
            console.out().println(command.getHelp());
            return OK;
        }
        if (!of.isEmpty()) {
            throw ExofluxException.invalid(of.getFirst(), unknown(of.getFirst()));
        }
        console.out().println("exoflux: one large language model across the devices you already own");
        console.out().println();
        visible()
                .forEach(known ->
                        console.out().println("  %-14s %s".formatted(known.getName(), known.getDescription())));
        console.out().println();
        console.out()
                .println(
                        "`exoflux COMMAND --help` tells more; `exoflux` alone opens a prompt; `exoflux --list-peers` is `exoflux peers`.");
        console.out().println("In a clone, `./exoflux build` builds and `./exoflux test` runs every test.");
        return OK;
    }

    /** The command with the longest name that the words begin with. */
    private @Nullable Command find(List<String> words) {
        return registry.getCommands().stream()
                .filter(command -> startsWith(words, List.of(command.getName().split(" "))))
                .max(Comparator.comparingInt(command -> command.getName().length()))
                .orElse(null);
    }

    private static boolean startsWith(List<String> words, List<String> name) {
        return words.size() >= name.size() && words.subList(0, name.size()).equals(name);
    }

    private String unknown(String word) {
        List<String> names = new ArrayList<>(visible().map(Command::getName).toList());
        return names.stream()
                .filter(name -> ArgumentParser.distance(name, word) <= 2)
                .min(Comparator.comparingInt(name -> ArgumentParser.distance(name, word)))
                .map(near -> "there is no command '%s'.%nMaybe '%s'.".formatted(word, near))
                .orElseGet(
                        () -> "there is no command '%s'.%nMaybe one of: %s.".formatted(word, String.join(", ", names)));
    }

    private Stream<Command> visible() {
        return registry.getCommands().stream()
                .filter(command -> !command.isHidden())
                .sorted(Comparator.comparing(Command::getName));
    }

    static String version() {
        String version = CommandLine.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
