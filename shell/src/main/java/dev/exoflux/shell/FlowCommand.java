package dev.exoflux.shell;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** {@code exoflux flow}: what goes on now, stage by stage; on a terminal again each second, until it is interrupted. */
final class FlowCommand extends ExofluxCommand {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String CLEAR = "\u001b[H\u001b[2J";

    FlowCommand(Console console) {
        super(
                "flow",
                "[--once] [--json]",
                "Show what goes on now: credit, batches in flight, queue, time of a step and tokens per second, by stage",
                console,
                List.of(
                        ServerClient.URL,
                        Options.flag("once", "Print it once, also on a terminal"),
                        Options.flag("json", "One JSON object, once")));
    }

    @Override
    int run(Options options) {
        try (ServerClient server = ServerClient.of(options, console())) {
            if (options.flag("json")) {
                console().out().println(server.text("/api/flow"));
            } else if (options.flag("once") || !console().terminal()) {
                console().out().print(text(server));
            } else {
                Flux.interval(Duration.ZERO, PAUSE)
                        .onBackpressureDrop()
                        .publishOn(Schedulers.boundedElastic(), 1)
                        .map(tick -> text(server))
                        .doOnNext(now -> {
                            console().out().print(CLEAR + now);
                            console().out().flush();
                        })
                        .blockLast();
            }
        }
        return CommandLine.OK;
    }

    private static String text(ServerClient server) {
        return FlowText.of(server.get("/api/flow"), PeerNames.of(server));
    }
}
