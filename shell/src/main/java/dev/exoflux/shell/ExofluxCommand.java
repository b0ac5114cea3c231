package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.List;
import org.springframework.shell.core.command.Command;
import org.springframework.shell.core.command.CommandContext;
import org.springframework.shell.core.command.CommandOption;
import org.springframework.shell.core.command.ExitStatus;

/**
 * One command, the same at the system's shell and at exoflux's prompt.
 *
 * <p>A user's mistake is thrown as {@link ExofluxException}; who called prints it and chooses the exit
 * code.
 */
abstract class ExofluxCommand implements Command {

    private final String name;
    private final String description;
    private final String usage;
    private final List<CommandOption> options;
    private final Console console;

    /**
     * @param name one word, or two for a command below another
     * @param usage what follows the name, such as {@code [--model NAME] [PROMPT]}
     */
    ExofluxCommand(String name, String usage, String description, Console console, List<CommandOption> options) {
        this.name = name;
        this.usage = usage;
        this.description = description;
        this.console = console;
        this.options = options;
    }

    /** Does the work, returning the process's exit code: 0 for success. */
    abstract int run(Options options) throws Exception;

    /** Whether words beside the options mean something to this command. */
    boolean takesArguments() {
        return false;
    }

    final Console console() {
        return console;
    }

    @Override
    public final ExitStatus execute(CommandContext context) throws Exception {
        Options given = new Options(context.parsedInput());
        if (!takesArguments() && !given.arguments().isEmpty()) {
            throw unexpected(given.arguments().getFirst());
        }
        int code = run(given);
        return code == 0 ? ExitStatus.OK : new ExitStatus(code, name);
    }

    private ExofluxException unexpected(String argument) {
        boolean model = options.stream().anyMatch(option -> "model".equals(option.longName()));
        return ExofluxException.invalid(
                argument,
                "%s takes no argument '%s'.%nMaybe %s."
                        .formatted(
                                name,
                                argument,
                                model ? "--model " + argument : "`exoflux " + name + " --help` lists what it takes"));
    }

    @Override
    public final String getName() {
        return name;
    }

    @Override
    public final String getDescription() {
        return description;
    }

    @Override
    public final String getGroup() {
        return "exoflux";
    }

    @Override
    public final List<CommandOption> getOptions() {
        return options;
    }

    @Override
    public final String getHelp() {
        StringBuilder help = new StringBuilder(description)
                .append("\n\nUsage: exoflux ")
                .append(name)
                .append(usage.isEmpty() ? "" : " " + usage)
                .append('\n');
        int width = options.stream()
                .mapToInt(option -> written(option).length())
                .max()
                .orElse(0);
        for (CommandOption option : options) {
            String written = written(option);
            help.append("\n  ")
                    .append(written)
                    .repeat(' ', width - written.length() + 2)
                    .append(option.description());
        }
        return help.toString();
    }

    private static String written(CommandOption option) {
        String value = option.type() == Boolean.class ? "" : option.type() == Integer.class ? " N" : " VALUE";
        return "--" + option.longName() + value;
    }
}
