package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** {@code exoflux chat}: one answer for a prompt given, a conversation without one. */
final class ChatCommand extends ExofluxCommand {

    ChatCommand(Console console) {
        super(
                "chat",
                "[--model NAME] [PROMPT]",
                "Ask once (with a prompt) or hold a conversation (without). Uses a running server, else runs the model here.",
                console,
                ComputeOptions.after(
                        Options.text("model", "Which model or pipeline answers; the server's first, or exoflux/tiny"),
                        ServerClient.URL,
                        Options.flag(
                                "local",
                                "Run the model, or a file of pipelines, in this process even where a server runs"),
                        Options.text("system", "System prompt"),
                        Options.text("temperature", "0 for the likeliest words, more for variety"),
                        Options.text("top-p", "Sample from the likeliest words that reach this probability"),
                        Options.number("max-tokens", "Longest answer"),
                        Options.text("seed", "Makes a sampled answer repeatable")));
    }

    @Override
    boolean takesArguments() {
        return true; // the prompt, quoted or not
    }

    @Override
    int run(Options options) throws Exception {
        ChatSettings settings = settings(options);
        String prompt = String.join(" ", options.arguments());
        if (prompt.isBlank() && !console().terminal()) {
            prompt = console().piped();
            if (prompt.isBlank()) {
                throw ExofluxException.invalid("PROMPT", "chat got no prompt.\nMaybe: exoflux chat \"What is a hop?\"");
            }
        }
        try (Assistant assistant = assistant(options)) {
            if (prompt.isBlank()) {
                return new Conversation(assistant, settings, console()).run();
            }
            return answerOnce(assistant, settings, prompt);
        }
    }

    private int answerOnce(Assistant assistant, ChatSettings settings, String prompt) {
        Queue<String> notices = new ConcurrentLinkedQueue<>();
        assistant
                .answer(messages(settings, prompt), settings, notices::add)
                .doOnNext(piece -> {
                    console().out().print(piece);
                    console().out().flush();
                })
                .blockLast(); // the edge: a command is over when its answer is
        console().out().println();
        notices.forEach(console().err()::println); // a pipe carries the answer alone
        return CommandLine.OK;
    }

    private static List<Map<String, Object>> messages(ChatSettings settings, String prompt) {
        List<Map<String, Object>> messages = new ArrayList<>();
        String system = settings.system();
        if (system != null) {
            messages.add(Map.of("role", "system", "content", system));
        }
        messages.add(Map.of("role", "user", "content", prompt));
        return messages;
    }

    private Assistant assistant(Options options) {
        Optional<String> model = options.text("model");
        if (options.flag("local")) {
            return LocalAssistant.start(console(), model, ComputeOptions.settings(options, console()));
        }
        return ServerClient.find(options, console())
                .<Assistant>map(server -> new RemoteAssistant(server, model))
                .orElseGet(() -> LocalAssistant.start(console(), model, ComputeOptions.settings(options, console())));
    }

    private static ChatSettings settings(Options options) {
        return new ChatSettings(
                options.text("system").orElse(null),
                decimal(options, "temperature", 2),
                decimal(options, "top-p", 1),
                options.given("max-tokens") ? options.number("max-tokens", 0, 1, Integer.MAX_VALUE) : null,
                options.given("seed") ? options.wide("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE) : null);
    }

    private static @Nullable Float decimal(Options options, String name, float most) {
        return options.given(name) ? options.decimal(name, 0, 0, most) : null;
    }
}
