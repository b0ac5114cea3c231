package dev.exoflux.starter;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServingPeer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Loads the models once everything else has started, tells the application how that ended, and closes the peer before
 * anything else stops: answers then end in good order while there still is a server to send them.
 */
final class PeerLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(PeerLifecycle.class);

    private final ServingPeer peer;
    private final ApplicationEventPublisher events;
    private volatile boolean running;

    PeerLifecycle(ServingPeer peer, ApplicationEventPublisher events) {
        this.peer = peer;
        this.events = events;
    }

    @Override
    public void start() {
        running = true;
        peer.load();
        peer.loaded().subscribe(nothing -> {}, this::failed, this::ready);
    }

    private void ready() {
        LOG.info("Ready: {}", peer.own().stream().map(ServedModel::id).collect(Collectors.joining(", ")));
        try {
            events.publishEvent(new ModelsReady(peer));
        } catch (RuntimeException e) { // the application's own listener: nobody else is told what it throws
            if (e instanceof ExofluxException told && told.code() == ErrorCode.SHUTTING_DOWN) {
                return; // it was still using the model when the application stopped
            }
            LOG.error("A listener of ModelsReady failed", e);
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof ExofluxException told && told.code() == ErrorCode.SHUTTING_DOWN) {
            return; // the application stops before its models were loaded
        }
        LOG.error("{}", failure.getMessage());
        events.publishEvent(new ModelsFailed(peer, failure));
    }

    @Override
    public void stop() {
        peer.close();
        running = false;
    }

    /** What a peer holds is too large to be loaded again and again between tests. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
