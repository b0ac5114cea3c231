package dev.exoflux.shell;

import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.pipeline.placement.Topology;
import java.io.PrintWriter;
import java.net.Inet6Address;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/** A running {@code exoflux serve}: up when it is handed out, with every model loaded. */
final class Server implements AutoCloseable {

    private final ConfigurableApplicationContext application;
    private final ServerEvents events;
    private final URI address;

    private Server(ConfigurableApplicationContext application, ServerEvents events, URI address) {
        this.application = application;
        this.events = events;
        this.address = address;
    }

    /**
     * Starts the server and waits until every model answers.
     *
     * @throws ExofluxException what kept it from starting; nothing runs then
     */
    static Server start(ServerSettings settings, Console console) throws InterruptedException {
        OptionalInt given = settings.port();
        int least = ServeCommand.DEFAULT_PORT;
        while (true) {
            int port = given.isPresent() ? given.getAsInt() : freePort(settings, least, console);
            try {
                return start(settings, port, console);
            } catch (RuntimeException e) {
                if (given.isPresent() || cause(e, PortInUseException.class) == null) {
                    throw told(e);
                }
                least = port + 1; // somebody took it in between
            }
        }
    }

    private static int freePort(ServerSettings settings, int least, Console console) {
        int port = FreePort.from(settings.host(), least, ServeCommand.LAST_PORT);
        if (port != ServeCommand.DEFAULT_PORT) {
            console.err()
                    .println("exoflux: port %d is taken, so it listens on %d"
                            .formatted(ServeCommand.DEFAULT_PORT, port));
        }
        return port;
    }

    private static Server start(ServerSettings settings, int port, Console console) throws InterruptedException {
        SpringApplication spring = new SpringApplication(ServeApplication.class);
        ServerEvents events = new ServerEvents();
        spring.setWebApplicationType(WebApplicationType.REACTIVE);
        spring.setBannerMode(Banner.Mode.OFF);
        spring.setLogStartupInfo(false);
        spring.addListeners(events);
        List<String> arguments = new ArrayList<>(settings.properties());
        arguments.add("--server.port=" + port);
        ConfigurableApplicationContext application = spring.run(arguments.toArray(String[]::new));
        try {
            events.awaitReady();
            URI address = address(application, settings);
            Path record = RunningServer.record(console.home(), address);
            // by the thread that closes the application: at a signal the JVM does not wait for any other
            application.addApplicationListener((ContextClosedEvent closed) -> RunningServer.forget(record));
            return new Server(application, events, address);
        } catch (InterruptedException | RuntimeException e) {
            application.close();
            throw e;
        }
    }

    /** Why Spring did not start, in the words of whoever knows: it wraps what its beans throw. */
    private static RuntimeException told(RuntimeException failure) {
        PortInUseException inUse = cause(failure, PortInUseException.class);
        if (inUse != null) {
            return new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Port %d is in use.%nMaybe another exoflux runs there; without --port the next one that is free is taken."
                            .formatted(inUse.getPort()));
        }
        ExofluxException told = cause(failure, ExofluxException.class);
        return told == null ? failure : told;
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    private static URI address(ConfigurableApplicationContext application, ServerSettings settings) {
        WebServer server = ((WebServerApplicationContext) application).getWebServer();
        if (server == null) {
            throw new IllegalStateException("the application has no web server");
        }
        String host = settings.host().isAnyLocalAddress()
                ? "127.0.0.1"
                : settings.host() instanceof Inet6Address
                        ? "[" + settings.host().getHostAddress() + "]"
                        : settings.host().getHostAddress();
        return URI.create("http://%s:%d".formatted(host, server.getPort()));
    }

    URI address() {
        return address;
    }

    /** Tells where it answers, and one command to try. */
    void announce(PrintWriter out) {
        List<ServedModel> models = application.getBean(ServedModels.class).own();
        String first = models.getFirst().id();
        out.println("""
                exoflux serves %s at %s
                %s

                  curl -N %s/v1/chat/completions -H 'Content-Type: application/json' \\
                    -d '{"model":"%s","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

                Ctrl-C stops it.""".formatted(
                        models.stream().map(ServedModel::id).collect(Collectors.joining(", ")),
                        address,
                        cluster(),
                        address,
                        first));
        out.flush();
    }

    private String cluster() {
        Cluster cluster = application.getBeanProvider(Cluster.class).getIfAvailable();
        if (cluster == null) {
            return "It is alone, in no cluster.";
        }
        Topology topology = cluster.topology();
        int peers = topology.peers().size();
        String self = topology.peer(topology.self())
                .map(peer -> "%s (%s) at %s".formatted(peer.name(), peer.id(), peer.host()))
                .orElse(topology.self());
        StringBuilder text = new StringBuilder("Cluster %s: %s, this one is %s; `exoflux peers` lists %s."
                .formatted(
                        application.getEnvironment().getProperty("exoflux.cluster.name", "exoflux"),
                        peers == 1 ? "1 peer" : peers + " peers",
                        self,
                        peers == 1 ? "who joins" : "them"));
        for (PlacedModel placed : cluster.placements()) {
            if (placed.state() == PlacedModel.State.WAITING) {
                text.append("%n%s waits: %s".formatted(placed.model(), placed.reason()));
            }
        }
        return text.toString();
    }

    void awaitStop() throws InterruptedException {
        events.awaitStopped();
    }

    @Override
    public void close() {
        application.close();
    }
}
