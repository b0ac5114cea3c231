package dev.exoflux.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs commands in this process, with a home of the test's, and keeps what they print. */
final class CommandRun {

    private final Path home;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    CommandRun(Path home) {
        this.home = home;
    }

    /** Its exit code. */
    int run(String... words) {
        Console console =
                new Console(new PrintWriter(out), new PrintWriter(err), false, Map.of("EXOFLUX_HOME", home.toString()));
        return new CommandLine(Commands.all(console), console).run(List.of(words));
    }

    /** The path of a file in the home. */
    String file(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text).toString();
    }

    /** All that was printed so far. */
    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
