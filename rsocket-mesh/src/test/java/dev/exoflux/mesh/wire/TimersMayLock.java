package dev.exoflux.mesh.wire;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * RSocket lets go of a connection's timer on its event loop, which takes the lock of the JDK's queue of timers for some instructions,
 * as Reactor's own timers do when they are set. Were it refused, RSocket would swallow the refusal, and the connection's streams would
 * never hear of its end.
 */
public final class TimersMayLock implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
    }
}
