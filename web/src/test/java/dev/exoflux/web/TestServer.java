package dev.exoflux.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A real server on a free port of this machine. */
final class TestServer implements AutoCloseable {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ConfigurableApplicationContext context;
    private final WebTestClient client;

    private TestServer(ConfigurableApplicationContext context) {
        this.context = context;
        this.client = WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(PATIENCE)
                .build();
    }

    /** In front of a {@link ScriptedPeer}; the same for all tests, which take turns. */
    static TestServer scripted() {
        TestServer server = Shared.SCRIPTED;
        server.peer().reset();
        server.cluster().reset();
        return server;
    }

    /** In front of a real peer, for the caller to close. */
    static TestServer start(String... properties) {
        return start(Real.class, properties);
    }

    private static TestServer start(Class<?> configuration, String... properties) {
        return new TestServer(new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.REACTIVE)
                .properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off")
                .properties(properties)
                .run());
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ScriptedPeer peer() {
        return bean(ScriptedPeer.class);
    }

    ScriptedCluster cluster() {
        return bean(ScriptedCluster.class);
    }

    WebTestClient client() {
        return client;
    }

    WebTestClient.ResponseSpec get(String path) {
        return client.get().uri(path).exchange();
    }

    WebTestClient.ResponseSpec post(String path, String json) {
        return client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange();
    }

    @Override
    public void close() {
        context.close();
    }

    private static final class Shared {
        static final TestServer SCRIPTED =
                start(Scripted.class, "exoflux.web.reader-patience=5s", "exoflux.web.heartbeat=100ms");
    }

    /** Event loops of its own for each server: closing one would otherwise end those of all in this JVM. */
    private static ReactorResourceFactory ownLoops() {
        ReactorResourceFactory loops = new ReactorResourceFactory();
        loops.setUseGlobalResources(false);
        return loops;
    }

    @ExofluxServer
    @Configuration(proxyBeanMethods = false)
    static class Real {

        @Bean
        ReactorResourceFactory loops() {
            return ownLoops();
        }
    }

    @ExofluxServer
    @Configuration(proxyBeanMethods = false)
    static class Scripted {

        @Bean
        ReactorResourceFactory loops() {
            return ownLoops();
        }

        @Bean
        ScriptedPeer peer() {
            return new ScriptedPeer();
        }

        @Bean
        ScriptedCluster cluster() {
            return new ScriptedCluster();
        }

        @Bean
        Clock clock() {
            return Clock.fixed(NOW, ZoneOffset.UTC);
        }
    }
}
