package dev.exoflux.shell;

import java.util.ArrayList;
import java.util.List;
import org.springframework.shell.core.command.CommandOption;

/** {@code exoflux serve}: a peer that answers over HTTP until it is stopped. */
final class ServeCommand extends ExofluxCommand {

    static final int DEFAULT_PORT = 8080;

    /** The last that will do where no port is given. */
    static final int LAST_PORT = 8100;

    ServeCommand(Console console) {
        super(
                "serve",
                "[--model NAME]... [--port N] [--cluster NAME] [--seeds HOST,...] [--alone]",
                "Serve models over HTTP, as OpenAI's API, together with the other peers of the network",
                console,
                options());
    }

    private static List<CommandOption> options() {
        List<CommandOption> options = new ArrayList<>(ComputeOptions.after(
                Options.text("model", "Directory or name of a model; may be repeated (exoflux/tiny)"),
                Options.number("port", "Port, 0 for any free one (" + DEFAULT_PORT + ", or the next that is free)"),
                Options.text("host", "Address that HTTP listens on (127.0.0.1: only this machine)"),
                Options.number("context", "Most tokens of a prompt with its answer (the model's, at most 8192)"),
                Options.number("max-concurrency", "Answers at once (16)"),
                Options.number("queue", "Requests that may wait beyond these (64)"),
                Options.number("stages", "Stages that models are cut into here, with --alone (1)"),
                Options.number("prefill-chunk", "Most prompt tokens in one pass (256)"),
                Options.number(
                        "prefix-cache", "MiB kept of ended answers, for prompts that begin alike; 0 for none (2048)"),
                Options.text(
                        "mlx-memory", "Most memory that MLX may take, such as 24GiB (what the device recommends)")));
        options.addAll(ClusterOptions.all());
        return options;
    }

    @Override
    int run(Options options) throws InterruptedException {
        try (Server server = Server.start(ServerSettings.of(options, console().environment()), console())) {
            server.announce(console().out());
            server.awaitStop();
        }
        return CommandLine.OK;
    }
}
