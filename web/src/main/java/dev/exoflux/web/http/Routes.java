package dev.exoflux.web.http;

import static org.springframework.web.reactive.function.server.RequestPredicates.methods;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** Collects routes; another method of the same path is answered with 405 and not as an unknown path. */
public final class Routes {

    private final Map<String, List<Handled>> handlers = new LinkedHashMap<>();

    private record Handled(List<HttpMethod> methods, HandlerFunction<ServerResponse> handler) {}

    /** HEAD is answered too, as GET without the body. */
    public Routes get(String pattern, HandlerFunction<ServerResponse> handler) {
        return add(pattern, handler, HttpMethod.GET, HttpMethod.HEAD);
    }

    public Routes post(String pattern, HandlerFunction<ServerResponse> handler) {
        return add(pattern, handler, HttpMethod.POST);
    }

    public Routes delete(String pattern, HandlerFunction<ServerResponse> handler) {
        return add(pattern, handler, HttpMethod.DELETE);
    }

    private Routes add(String pattern, HandlerFunction<ServerResponse> handler, HttpMethod... methods) {
        handlers.computeIfAbsent(pattern, ignored -> new ArrayList<>()).add(new Handled(List.of(methods), handler));
        return this;
    }

    public RouterFunction<ServerResponse> build() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        handlers.forEach((pattern, those) -> {
            for (Handled handled : those) {
                routes.route(
                        methods(handled.methods().toArray(HttpMethod[]::new)).and(path(pattern)), handled.handler());
            }
            List<HttpMethod> all = those.stream()
                    .flatMap(handled -> handled.methods().stream())
                    .toList();
            routes.route(
                    path(pattern), request -> Mono.error(() -> new MethodNotAllowedException(request.method(), all)));
        });
        return routes.build();
    }
}
