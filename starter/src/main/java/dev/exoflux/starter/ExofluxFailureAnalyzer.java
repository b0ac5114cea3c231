package dev.exoflux.starter;

import dev.exoflux.model.ExofluxException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells why an application did not start in the words of the failure, without a stack trace. */
final class ExofluxFailureAnalyzer extends AbstractFailureAnalyzer<ExofluxException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ExofluxException cause) {
        String[] parts = String.valueOf(cause.getMessage()).split("\n", 2);
        return new FailureAnalysis(parts[0], parts.length > 1 ? parts[1] : null, cause);
    }
}
