package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What rules see of one answer's text, and the tokens that wait until it is clear of them. Not thread-safe.
 */
final class Lookout {

    private final List<Post> posts = new ArrayList<>();
    private final StringBuilder answer = new StringBuilder();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Losses losses;
    private int sent;
    private int clear;
    private @Nullable String broken;

    private record Post(Rule rule, Watch watch) {}

    /** @param end of its text in the answer */
    private record Waiting(Token token, int end) {}

    Lookout(List<Rule> rules, Losses losses) {
        this.losses = losses;
        rules.forEach(rule -> losses.run(rule, () -> posts.add(new Post(rule, rule.watch()))));
    }

    /**
     * The tokens that can be sent now that another one has come.
     *
     * @throws dev.exoflux.model.ExofluxException where a lost rule lets the answer fail
     */
    List<Token> see(Token token) {
        if (token.prompt()) {
            return List.of(token);
        }
        answer.append(token.text());
        waiting.add(new Waiting(token, answer.length()));
        look(token.finish() != null);
        return clearTokens();
    }

    private void look(boolean complete) {
        clear = answer.length();
        for (Post post : List.copyOf(posts)) {
            losses.run(post.rule, () -> consider(post, post.watch.see(answer, complete)));
        }
        posts.removeIf(post -> losses.contains(post.rule));
        clear = Math.max(clear, sent);
    }

    private void consider(Post post, Watch.Sight sight) {
        clear = Math.min(clear, sight.at());
        if (sight.broken() && broken == null) {
            broken = post.rule.name();
        }
    }

    private List<Token> clearTokens() {
        List<Token> tokens = new ArrayList<>();
        for (Waiting next = waiting.peek(); next != null && next.end <= clear; next = waiting.peek()) {
            if (next.token.finish() != null && broken != null) {
                break; // an answer that broke a rule has another end
            }
            waiting.remove();
            sent = next.end;
            tokens.add(next.token);
        }
        return tokens;
    }

    /** The rule that was broken, or null. */
    @Nullable
    String broken() {
        return broken;
    }

    /** What is clear of the rules in the token that broke one. */
    String clearRest() {
        return answer.substring(sent, clear);
    }

    String answer() {
        return answer.toString();
    }
}
