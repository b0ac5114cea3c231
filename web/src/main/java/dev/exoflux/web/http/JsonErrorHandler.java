package dev.exoflux.web.http;

import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Answers every failed request, an unknown path included, with an {@link ApiError}. */
public final class JsonErrorHandler implements ErrorWebExceptionHandler, Ordered {

    private static final int BEFORE_THE_FRAMEWORKS_OWN = -2;

    @Override
    public int getOrder() {
        return BEFORE_THE_FRAMEWORKS_OWN;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure); // the client is gone, or was told by an event of its stream
        }
        ApiError error = ApiError.of(explained(exchange.getRequest(), failure));
        ServerHttpRequest request = exchange.getRequest();
        FailureLog.write(request.getMethod() + " " + request.getPath().value(), failure, error);
        response.setStatusCode(error.status());
        HttpHeaders headers = response.getHeaders();
        if (failure instanceof ResponseStatusException status) {
            headers.addAll(status.getHeaders());
        }
        headers.setContentType(MediaType.APPLICATION_JSON);
        if (error.retryAfter() != null) {
            headers.set(
                    HttpHeaders.RETRY_AFTER, Long.toString(error.retryAfter().toSeconds()));
        }
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(error.json())));
    }

    /** The framework's own 404, which says nothing or speaks of files, in words. */
    private static Throwable explained(ServerHttpRequest request, Throwable failure) {
        if (failure instanceof ResponseStatusException status
                && status.getStatusCode().equals(HttpStatus.NOT_FOUND)
                && (status.getReason() == null || status instanceof NoResourceFoundException)) {
            return new ResponseStatusException(
                    HttpStatus.NOT_FOUND,
                    "There is nothing at %s %s.\nMaybe you mean POST /v1/chat/completions or GET /v1/models."
                            .formatted(request.getMethod(), request.getPath().value()));
        }
        return failure;
    }
}
