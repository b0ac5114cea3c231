package dev.exoflux.mesh.wire;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/** Errors of a stream that come when whoever listened has gone: a way that was let go of may still be lost. */
final class Late {

    private static final Logger LOG = LoggerFactory.getLogger(Late.class);

    /** Under which Reactor looks for what takes the errors of one stream that it must drop. */
    private static final String DROPPED = "reactor.onErrorDropped.local";

    private Late() {}

    /** A stream's context in which such errors are no news. */
    static Context unheard(Context context) {
        Consumer<Throwable> dropped = late -> LOG.debug("An error that nobody waits for any more", late);
        return context.put(DROPPED, dropped);
    }
}
