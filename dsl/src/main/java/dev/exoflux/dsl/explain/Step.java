package dev.exoflux.dsl.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of the stream that a pipeline becomes.
 *
 * @param text what happens there, in one line
 * @param model id of the model whose stages compute it; null where none does
 * @param within what it is made of, in order
 */
public record Step(String text, @Nullable String model, List<Step> within) {

    public Step {
        within = List.copyOf(within);
    }

    static Step of(String text, List<Step> within) {
        return new Step(text, null, within);
    }

    static Step plain(String text) {
        return new Step(text, null, List.of());
    }

    static Step by(String model, String text) {
        return new Step(text, model, List.of());
    }
}
