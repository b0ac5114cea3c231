package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import java.util.regex.Pattern;

/** What a request can be handed to: a pipeline or a model by its name, or a {@link Body} written in place. */
public sealed interface Target permits Target.Named, Body {

    /**
     * A pipeline, or, where the name has a slash, a model. The names of pipelines never have one.
     *
     * @param name such as {@code careful-chat} or {@code exoflux/tiny}
     */
    record Named(String name) implements Target {

        public Named {
            Pattern form = name.indexOf('/') < 0 ? PipelineDefinition.NAME : PlacedModel.ID;
            if (!form.matcher(name).matches()) {
                throw ExofluxException.invalid("to", """
                        %s is neither the name of a pipeline nor a model's id.
                        Maybe name a pipeline, such as careful-chat, or a model, such as exoflux/tiny.""".formatted(Bounds.shown(name)));
            }
        }

        /** Whether a model is meant, and not a pipeline. */
        public boolean isModel() {
            return name.indexOf('/') >= 0;
        }
    }

    /** A pipeline, or, where the name has a slash, a model. */
    static Target named(String name) {
        return new Named(name);
    }
}
