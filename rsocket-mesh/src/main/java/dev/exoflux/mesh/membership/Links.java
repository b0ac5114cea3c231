package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the ways to the other peers in the background: one at a time, a few a second at most, and while
 * tokens flow none but those of peers that have just come.
 */
final class Links implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final Loop loop = new Loop("exoflux-links");
    private final LinkBook book;
    private final LinkProbe probe;
    private final BooleanSupplier busy;
    private final Consumer<List<Link>> changed;

    /** @param changed is told all links that work, on a thread of this */
    Links(String self, LinkProbe probe, BooleanSupplier busy, Consumer<List<Link>> changed) {
        this.book = new LinkBook(self);
        this.probe = probe;
        this.busy = busy;
        this.changed = changed;
        loop.every(PAUSE, this::measureNext);
    }

    /** The peers there are now. */
    void peers(PeerInfo own, Collection<Report> others) {
        loop.execute(() -> book.peers(own, others, System.nanoTime()));
    }

    /** A peer was lost, or only the way to it. */
    void doubt() {
        loop.execute(() -> book.doubt(System.nanoTime()));
    }

    private void measureNext() {
        book.next(System.nanoTime(), busy.getAsBoolean()).ifPresent(this::measure);
    }

    private void measure(LinkBook.Way way) {
        boolean news;
        try {
            LinkProbe.Measured measured = probe.measure(new InetSocketAddress(way.address(), way.port()));
            news = book.measured(way, measured, System.nanoTime());
        } catch (IOException e) {
            LOG.debug("no way to {} over {}: {}", way.peer(), way.address(), e.getMessage());
            news = book.failed(way, System.nanoTime());
        }
        if (news) {
            changed.accept(book.links());
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
