package dev.exoflux.web.http;

import static org.springframework.web.reactive.function.server.RequestPredicates.method;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** Collects routes of one method each; another method of the same path is answered with 405 and not as an unknown path. */
public final class Routes {

    private final RouterFunctions.Builder routes = RouterFunctions.route();

    public Routes get(String pattern, HandlerFunction<ServerResponse> handler) {
        return add(HttpMethod.GET, pattern, handler);
    }

    public Routes post(String pattern, HandlerFunction<ServerResponse> handler) {
        return add(HttpMethod.POST, pattern, handler);
    }

    private Routes add(HttpMethod method, String pattern, HandlerFunction<ServerResponse> handler) {
        routes.route(method(method).and(path(pattern)), handler);
        routes.route(
                path(pattern),
                request -> Mono.error(() -> new MethodNotAllowedException(request.method(), List.of(method))));
        return this;
    }

    public RouterFunction<ServerResponse> build() {
        return routes.build();
    }
}
