package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The options of {@code serve}, checked.
 *
 * @param host to listen on
 * @param port empty for the usual one, or the next that is free
 * @param properties for the Spring application beside the port, as arguments; the cluster's secret may be among them
 */
record ServerSettings(InetAddress host, OptionalInt port, List<String> properties) {

    static ServerSettings of(Options options, Map<String, String> environment) {
        List<String> properties = new ArrayList<>();
        InetAddress host = host(options.text("host").orElse("127.0.0.1"));
        put(properties, "server.address", host.getHostAddress());
        List<String> models = options.texts("model");
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i).isBlank()) {
                throw ExofluxException.invalid(
                        "--model", "--model is empty.%nMaybe `exoflux models` lists what can be named.".formatted());
            }
            put(properties, "exoflux.model[" + i + "]", models.get(i));
        }
        for (String name : List.of("context", "threads", "max-concurrency", "queue", "stages", "prefill-chunk")) {
            if (options.given(name)) {
                int least = name.equals("queue") ? 0 : 1;
                put(properties, "exoflux." + name, options.number(name, least, least, Integer.MAX_VALUE));
            }
        }
        if (options.given("prefix-cache")) {
            put(properties, "exoflux.prefix-cache", options.number("prefix-cache", 0, 0, Integer.MAX_VALUE) + "MB");
        }
        options.text("backend")
                .ifPresent(backend ->
                        put(properties, "exoflux.backend", ComputeOptions.name(ComputeOptions.backend(backend))));
        options.text("cache-type")
                .ifPresent(type -> put(properties, "exoflux.cache-type", ComputeOptions.cacheType(type)));
        if (options.flag("exact")) {
            put(properties, "exoflux.exact", true);
        }
        if (options.flag(ComputeOptions.IN_PROCESS)) {
            put(properties, "exoflux.mlx.in-process", true);
        }
        if (options.given(ComputeOptions.MLX_ACTIVATIONS)) {
            put(properties, "exoflux.mlx.activations", ComputeOptions.mlxActivations(options));
        }
        options.text("mlx-memory")
                .ifPresent(size -> put(properties, "exoflux.mlx.memory", ByteSize.parse("--mlx-memory", size) + "B"));
        ClusterOptions.properties(options, environment).forEach((name, value) -> put(properties, name, value));
        OptionalInt port =
                options.given("port") ? OptionalInt.of(options.number("port", 0, 0, 65535)) : OptionalInt.empty();
        return new ServerSettings(host, port, properties);
    }

    /** A server with the built-in model, in a cluster that nobody else joins: its only seed is a port where nobody listens. */
    static ServerSettings onAnyFreePort() {
        return new ServerSettings(
                InetAddress.getLoopbackAddress(),
                OptionalInt.of(0),
                List.of(
                        "--server.address=127.0.0.1",
                        "--exoflux.cluster.enabled=true",
                        "--exoflux.cluster.name=train-start-up",
                        "--exoflux.cluster.host=127.0.0.1",
                        "--exoflux.cluster.port=0",
                        "--exoflux.cluster.seeds[0]=127.0.0.1:1"));
    }

    private static InetAddress host(String name) {
        try {
            return InetAddress.getByName(name);
        } catch (UnknownHostException e) {
            throw ExofluxException.invalid(
                    "--host",
                    "--host %s is not known.%nMaybe 127.0.0.1 for this machine alone, or 0.0.0.0 for all."
                            .formatted(name));
        }
    }

    private static void put(List<String> properties, String name, Object value) {
        properties.add("--" + name + "=" + value);
    }

    /** Without the properties. */
    @Override
    public String toString() {
        return "server at " + host.getHostAddress();
    }
}
