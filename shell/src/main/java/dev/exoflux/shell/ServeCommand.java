package dev.exoflux.shell;

/** {@code exoflux serve}: a peer that answers over HTTP until it is stopped. */
final class ServeCommand extends ExofluxCommand {

    static final int DEFAULT_PORT = 8080;

    ServeCommand(Console console) {
        super(
                "serve",
                "[--model NAME]... [--port N]",
                "Serve models over HTTP, as OpenAI's API; the built-in model if none is named",
                console,
                ComputeOptions.after(
                        Options.text("model", "Directory or name of a model; may be repeated (exoflux/tiny)"),
                        Options.number("port", "Port, 0 for any free one (" + DEFAULT_PORT + ")"),
                        Options.text("host", "Address to listen on (127.0.0.1: only this machine)"),
                        Options.number(
                                "context", "Most tokens of a prompt with its answer (the model's, at most 8192)"),
                        Options.number("max-concurrency", "Answers at once (16)"),
                        Options.number("queue", "Requests that may wait beyond these (64)"),
                        Options.number("stages", "Stages the model is cut into (1)"),
                        Options.number("prefill-chunk", "Most prompt tokens in one pass (256)"),
                        Options.number(
                                "prefix-cache",
                                "MiB kept of ended answers, for prompts that begin alike; 0 for none (2048)")));
    }

    @Override
    int run(Options options) throws InterruptedException {
        try (Server server = Server.start(ServerSettings.of(options), console())) {
            server.announce(console().out());
            server.awaitStop();
        }
        return CommandLine.OK;
    }
}
