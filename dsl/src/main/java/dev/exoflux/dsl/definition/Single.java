package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model, with a speculative branch or a validator or, by default, neither. With both it is a {@link Triad}.
 */
public record Single(
        Main main,
        @Nullable Speculative speculative,
        @Nullable Validator validator) implements Body {

    public Single {
        if (speculative != null && validator != null) {
            throw ExofluxException.invalid("validator", """
                    main, speculative and validator together are a triad.
                    Maybe put the three of them under triad.""");
        }
    }

    /** The model alone. */
    public Single(Main main) {
        this(main, null, null);
    }

    @Override
    public List<Target> targets() {
        return List.of();
    }
}
