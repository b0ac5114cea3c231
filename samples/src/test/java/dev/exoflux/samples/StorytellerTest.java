package dev.exoflux.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.Peer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.test.StepVerifier;

final class StorytellerTest {

    @TempDir
    private Path home;

    @Test
    void tellsAsMuchAsIsAskedFor() {
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Storyteller.class)
                .web(WebApplicationType.NONE)
                .properties("exoflux.home=" + home, "exoflux.grace=0s", "exoflux.backend=vector")
                .run()) {
            application.getBean(Peer.class).loaded().block(Duration.ofMinutes(1));
            Storyteller storyteller = application.getBean(Storyteller.class);
            StepVerifier.create(storyteller.tell("Tell me a short story."), 3)
                    .expectNextCount(3)
                    .thenCancel()
                    .verify(Duration.ofMinutes(1));
            assertThat(storyteller.tell("Hello").collectList().block(Duration.ofMinutes(1)))
                    .isNotEmpty();
        }
    }
}
