package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * An interactive chat: remembers what was said, reads several lines between {@code """}, and on Ctrl-C stops the answer and
 * not the program.
 */
final class Conversation {

    private static final String HELP = """
            /clear          forget what was said
            /system TEXT    set the system prompt (and forget what was said)
            /exit           leave (or Ctrl-D)
            \"""             begins and ends a text of several lines; a line's last \\ goes on with the next
            Ctrl-C          stops an answer""";

    private final Assistant assistant;
    private final ChatSettings settings;
    private final Console console;
    private final List<Map<String, Object>> messages = new ArrayList<>();

    Conversation(Assistant assistant, ChatSettings settings, Console console) {
        this.assistant = assistant;
        this.settings = settings;
        this.console = console;
        begin(settings.system());
    }

    /** Holds the conversation on the process's own terminal; returns when the user leaves. */
    int run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            run(terminal);
        }
        return CommandLine.OK;
    }

    void run(Terminal terminal) {
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("exoflux")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "!" is only a character here
                .variable(
                        LineReader.HISTORY_FILE,
                        console.home().resolve("history").resolve("chat"))
                .build();
        terminal.writer().println(assistant.model() + ": /help lists what else there is, /exit leaves.");
        while (true) {
            String line;
            try {
                line = read(reader).strip();
            } catch (UserInterruptException e) {
                continue; // Ctrl-C empties what is being written
            } catch (EndOfFileException e) {
                return;
            }
            if (line.equals("/exit") || line.equals("/quit") || line.equals("/bye")) {
                return;
            }
            if (line.startsWith("/")) {
                obey(line, terminal);
            } else if (!line.isEmpty()) {
                converse(line, terminal);
            }
        }
    }

    private static String read(LineReader reader) {
        String line = reader.readLine(">>> ");
        if (line.strip().startsWith("\"\"\"")) {
            return readBlock(reader, line.strip().substring(3));
        }
        StringBuilder text = new StringBuilder(line);
        while (text.length() > 0 && text.charAt(text.length() - 1) == '\\') {
            text.setCharAt(text.length() - 1, '\n');
            text.append(reader.readLine("... "));
        }
        return text.toString();
    }

    private static String readBlock(LineReader reader, String first) {
        StringBuilder text = new StringBuilder();
        String line = first;
        while (!line.endsWith("\"\"\"")) {
            text.append(line).append('\n');
            line = reader.readLine("... ");
        }
        return text.append(line, 0, line.length() - 3).toString();
    }

    private void obey(String line, Terminal terminal) {
        if (line.equals("/clear")) {
            begin(settings.system());
        } else if (line.startsWith("/system ")) {
            begin(line.substring("/system ".length()).strip());
        } else {
            if (!line.equals("/help") && !line.equals("/?")) {
                terminal.writer().println("There is no " + line.split(" ", 2)[0] + ".");
            }
            terminal.writer().println(HELP);
        }
        terminal.flush();
    }

    private void begin(@Nullable String system) {
        messages.clear();
        if (system != null) {
            messages.add(Map.of("role", "system", "content", system));
        }
    }

    /** Prints an answer as it comes; what was answered before a Ctrl-C stays part of the conversation. */
    private void converse(String prompt, Terminal terminal) {
        messages.add(Map.of("role", "user", "content", prompt));
        StringBuilder answer = new StringBuilder();
        Queue<String> notices = new ConcurrentLinkedQueue<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch over = new CountDownLatch(1);
        Disposable running = assistant
                .answer(List.copyOf(messages), settings, notices::add)
                .doFinally(signal -> over.countDown())
                .subscribe( // the edge: a person reads here
                        piece -> {
                            answer.append(piece);
                            terminal.writer().print(piece);
                            terminal.flush();
                        },
                        failure::set);
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> running.dispose());
        try {
            over.await();
        } catch (InterruptedException e) {
            running.dispose();
            Thread.currentThread().interrupt();
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
        remember(answer.toString(), notices, failure.get(), terminal);
    }

    private void remember(String answer, Collection<String> notices, @Nullable Throwable failure, Terminal terminal) {
        terminal.writer().println();
        notices.forEach(notice -> terminal.writer()
                .println(new AttributedString(notice, AttributedStyle.DEFAULT.faint()).toAnsi(terminal)));
        if (failure != null) {
            terminal.writer()
                    .println(
                            failure instanceof ExofluxException e
                                    ? String.valueOf(e.getMessage())
                                    : failure.toString());
        }
        if (answer.isEmpty()) {
            messages.removeLast(); // the question got no answer: it may be asked again
        } else {
            messages.add(Map.of("role", "assistant", "content", answer));
        }
        terminal.flush();
    }
}
