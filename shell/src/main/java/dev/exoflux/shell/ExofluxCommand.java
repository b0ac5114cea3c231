package dev.exoflux.shell;

import java.util.List;
import org.springframework.shell.core.command.Command;
import org.springframework.shell.core.command.CommandContext;
import org.springframework.shell.core.command.CommandOption;
import org.springframework.shell.core.command.ExitStatus;

/**
 * One command, the same at the system's shell and at exoflux's prompt.
 *
 * <p>A user's mistake is thrown as {@link dev.exoflux.model.ExofluxException}; who called prints it and chooses the exit
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

    final Console console() {
        return console;
    }

    @Override
    public final ExitStatus execute(CommandContext context) throws Exception {
        int code = run(new Options(context.parsedInput()));
        return code == 0 ? ExitStatus.OK : new ExitStatus(code, name);
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
        for (CommandOption option : options) {
            String value = option.type() == Boolean.class ? "" : option.type() == Integer.class ? " N" : " VALUE";
            help.append("\n  %-26s %s".formatted("--" + option.longName() + value, option.description()));
        }
        return help.toString();
    }
}
