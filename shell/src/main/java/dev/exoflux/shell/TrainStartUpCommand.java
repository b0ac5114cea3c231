package dev.exoflux.shell;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code exoflux train-start-up}: starts a server, asks it once and ends. The launcher runs it under a JVM that notes which
 * classes that takes, for the start-up cache; it is of no other use.
 */
final class TrainStartUpCommand extends ExofluxCommand {

    TrainStartUpCommand(Console console) {
        super("train-start-up", "", "Start a server, ask it once, end", console, List.of());
    }

    @Override
    public boolean isHidden() {
        return true;
    }

    @Override
    int run(Options options) throws InterruptedException {
        ServerSettings settings = ServerSettings.onAnyFreePort();
        try (Server server = Server.start(settings, console());
                Assistant assistant = new RemoteAssistant(new ServerClient(server.address()), Optional.empty())) {
            server.announce(console().out());
            assistant
                    .answer(
                            List.of(Map.of("role", "user", "content", "Hello")),
                            new ChatSettings(null, null, null, 4, null),
                            notice -> {})
                    .blockLast(); // the edge: the command is over when its answer is
        }
        return CommandLine.OK;
    }
}
