package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Single;
import java.util.function.Function;

/**
 * Where a pipeline is begun in Java.
 *
 * <pre>{@code
 * Inference.pipeline("careful-chat")
 *         .main(m -> m.model("exoflux/tiny").stages(2))
 *         .speculative(s -> s.model("exoflux/tiny-draft").draftTokens(4))
 *         .validator(v -> v.forbid("(?i)password"))
 *         .deployOn(host);
 * }</pre>
 */
public final class Inference {

    private Inference() {}

    /**
     * Begins a pipeline.
     *
     * @param name by which it is asked for, as a model is
     */
    public static PipelineStart pipeline(String name) {
        return new PipelineStart(name);
    }

    /** A model in place, for whatever hands requests on: {@code Inference.model(m -> m.model("exoflux/tiny").stages(2))}. */
    public static Single model(Function<ModelSentence.Start, ModelSentence> model) {
        return new Single(model.apply(new ModelSentence.Start()).main());
    }
}
