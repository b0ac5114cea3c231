package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.starter.ModelsFailed;
import dev.exoflux.starter.ModelsReady;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ContextClosedEvent;

/** How far a starting server has come. */
final class ServerEvents implements ApplicationListener<ApplicationEvent> {

    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof PayloadApplicationEvent<?> told) {
            if (told.getPayload() instanceof ModelsReady) {
                ready.complete(null);
            } else if (told.getPayload() instanceof ModelsFailed failed) {
                ready.completeExceptionally(failed.failure());
            }
        } else if (event instanceof ContextClosedEvent) {
            ready.completeExceptionally(new ExofluxException(ErrorCode.SHUTTING_DOWN, "stopped while starting"));
            stopped.countDown();
        }
    }

    /** Returns when every model is loaded; throws why one is not. */
    void awaitReady() throws InterruptedException {
        try {
            ready.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException told) {
                throw told;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Returns when the application closes, for whatever reason. */
    void awaitStopped() throws InterruptedException {
        stopped.await();
    }
}
