package dev.exoflux.web.http;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log keeps of requests that failed on our side: a line, and a stack trace only for a defect. */
final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private FailureLog() {}

    /** @param request method and path, or what else tells the request apart */
    static void write(String request, Throwable failure, ApiError error) {
        if (!error.status().is5xxServerError()) {
            return;
        }
        if (failure instanceof ExofluxException known && known.code() != ErrorCode.INTERNAL) {
            LOG.warn("{}: {}", request, known.getMessage());
        } else {
            LOG.error("{} failed", request, failure);
        }
    }
}
