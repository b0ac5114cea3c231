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
import org.springframework.test.web.reactive.server.WebTestClient;

/** A real server on a free port of this machine, in front of a {@link ScriptedPeer}. */
final class TestServer implements AutoCloseable {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    final ConfigurableApplicationContext context;

    private TestServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static TestServer start(Class<?> configuration, String... arguments) {
        SpringApplicationBuilder builder = new SpringApplicationBuilder(Server.class, configuration)
                .web(WebApplicationType.REACTIVE)
                .properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off");
        return new TestServer(builder.run(arguments));
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(Duration.ofSeconds(30))
                .build();
    }

    @Override
    public void close() {
        context.close();
    }

    @ExofluxServer
    static class Server {}

    @Configuration(proxyBeanMethods = false)
    static class Scripted {

        @Bean
        ScriptedPeer peer() {
            return new ScriptedPeer();
        }

        @Bean
        Clock clock() {
            return Clock.fixed(NOW, ZoneOffset.UTC);
        }
    }
}
