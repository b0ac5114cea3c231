package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** An interactive chat at a terminal whose keyboard and screen are streams. */
final class ConversationTest {

    /** Says what it was asked, and for a question "long" goes on until it is cancelled. */
    private static final class Echo implements Assistant {

        private final AtomicInteger cancelled = new AtomicInteger();

        @Override
        public String model() {
            return "echo";
        }

        @Override
        public Flux<String> answer(
                List<Map<String, Object>> messages, ChatSettings settings, Consumer<String> notices) {
            String last = String.valueOf(messages.getLast().get("content"));
            Flux<String> answer = Flux.just("<" + messages.size() + ":" + last.replace("\n", "|") + ">");
            if (last.equals("noted")) {
                notices.accept("(validated, 3 of 4 guesses right)");
            }
            return (last.equals("long") ? answer.concatWith(Flux.never()) : answer)
                    .doOnCancel(cancelled::incrementAndGet);
        }

        @Override
        public void close() {}
    }

    @TempDir
    private Path home;

    private final Echo assistant = new Echo();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private Terminal terminal;
    private Thread conversation;

    @BeforeEach
    void begin() throws IOException {
        terminal = TerminalBuilder.builder()
                .system(false)
                .streams(new PipedInputStream(keyboard), screen)
                .type("dumb")
                .encoding(StandardCharsets.UTF_8)
                .build();
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Console console = new Console(nowhere, nowhere, true, Map.of("EXOFLUX_HOME", home.toString()));
        ChatSettings settings = new ChatSettings(null, null, null, null, null);
        conversation = Thread.ofPlatform().start(() -> new Conversation(assistant, settings, console).run(terminal));
    }

    @AfterEach
    void end() throws Exception {
        keyboard.close();
        conversation.join(Duration.ofSeconds(10));
        assertThat(conversation.isAlive()).isFalse();
        terminal.close();
    }

    @Test
    void remembersWhatWasSaid() throws IOException {
        type("one\n");
        awaitShown("<1:one>");
        type("two\n");
        awaitShown("<3:two>");
        type("/clear\nthree\n");
        awaitShown("<1:three>");
        type("/system be kind\nfour\n");
        awaitShown("<2:four>");
    }

    @Test
    void readsSeveralLines() throws IOException {
        type("\"\"\"a\nb\nc\"\"\"\n");
        awaitShown("<1:a|b|c>");
        type("d\\\ne\n");
        awaitShown("<3:d|e>");
    }

    @Test
    void stopsTheAnswerAndNotTheProgramOnInterrupt() throws IOException {
        type("long\n");
        awaitShown("<1:long>");
        terminal.raise(Terminal.Signal.INT);
        await().untilAsserted(() -> assertThat(assistant.cancelled).hasValue(1));
        type("next\n");
        awaitShown("<3:next>");
    }

    @Test
    void saysBehindAnAnswerWhatElseThereIsToKnowOfIt() throws IOException {
        type("noted\n");
        awaitShown("<1:noted>");
        awaitShown("(validated, 3 of 4 guesses right)");
    }

    @Test
    void leavesOnRequest() throws Exception {
        type("/exit\n");
        conversation.join(Duration.ofSeconds(10));
        assertThat(conversation.isAlive()).isFalse();
    }

    @Test
    void explainsACommandItDoesNotKnow() throws IOException {
        type("/nonsense\n");
        awaitShown("There is no /nonsense.");
        awaitShown("/clear");
    }

    private void type(String text) throws IOException {
        keyboard.write(text.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    private void awaitShown(String text) {
        await().untilAsserted(() ->
                assertThat(screen.toString(StandardCharsets.UTF_8)).contains(text));
    }
}
