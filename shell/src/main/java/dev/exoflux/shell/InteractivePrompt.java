package dev.exoflux.shell;

import java.io.IOException;
import java.util.List;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.AggregateCompleter;
import org.jline.reader.impl.completer.ArgumentCompleter;
import org.jline.reader.impl.completer.NullCompleter;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.springframework.shell.core.command.Command;

/** {@code exoflux>}: reads a line, runs its command, and goes on, whatever became of it. */
final class InteractivePrompt {

    private final CommandLine commandLine;
    private final Console console;

    InteractivePrompt(CommandLine commandLine, Console console) {
        this.commandLine = commandLine;
        this.console = console;
    }

    /** Returns at {@code exit}, {@code quit} or the end of input. */
    int run() {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("exoflux")
                    .completer(completer())
                    .variable(
                            LineReader.HISTORY_FILE,
                            console.home().resolve("history").resolve("prompt"))
                    .build();
            console.out().println("exoflux " + CommandLine.version() + ": `help` lists the commands, `exit` leaves.");
            return loop(reader);
        } catch (IOException e) {
            console.err().println("exoflux: cannot open the terminal: " + e.getMessage());
            return CommandLine.FAILED;
        }
    }

    private int loop(LineReader reader) {
        while (true) {
            try {
                reader.readLine("exoflux> ");
            } catch (UserInterruptException e) {
                continue; // Ctrl-C empties the line
            } catch (EndOfFileException e) {
                return CommandLine.OK;
            }
            List<String> words = reader.getParsedLine().words().stream()
                    .filter(word -> !word.isEmpty())
                    .toList();
            if (words.isEmpty()) {
                continue;
            }
            if (words.equals(List.of("exit")) || words.equals(List.of("quit"))) {
                return CommandLine.OK;
            }
            commandLine.run(words);
        }
    }

    private Completer completer() {
        return new AggregateCompleter(commandLine.registry().getCommands().stream()
                .map(InteractivePrompt::completerOf)
                .toList());
    }

    private static Completer completerOf(Command command) {
        List<String> options = command.getOptions().stream()
                .map(option -> "--" + option.longName())
                .toList();
        ArgumentCompleter completer = new ArgumentCompleter(
                new StringsCompleter(command.getName()),
                options.isEmpty() ? NullCompleter.INSTANCE : new StringsCompleter(options));
        completer.setStrict(false);
        return completer;
    }
}
