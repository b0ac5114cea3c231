package dev.exoflux.shell;

import java.util.List;

/** The executable jar: one command and its exit code, or the prompt where none is given. */
public final class ExofluxMain {

    private ExofluxMain() {}

    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        CommandLine commandLine = new CommandLine(Commands.all(console), console);
        int code = arguments.length == 0 && console.terminal()
                ? new InteractivePrompt(commandLine, console).run()
                : commandLine.run(List.of(arguments));
        console.out().flush();
        System.exit(code);
    }
}
