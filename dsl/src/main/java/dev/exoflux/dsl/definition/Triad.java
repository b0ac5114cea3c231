package dev.exoflux.dsl.definition;

import java.util.List;

/** Three branches at once, whose trits sum to 0 modulo 3. */
public record Triad(Main main, Speculative speculative, Validator validator) implements Body {

    /** @throws dev.exoflux.model.ExofluxException INVALID_REQUEST that says which trit would balance it */
    public Triad {
        Balance.require(
                "The triad",
                List.of(
                        new Balance.Weight("main", "main", main.trit(), Trit.ZERO),
                        new Balance.Weight("speculative", "speculative", speculative.trit(), Trit.PLUS),
                        new Balance.Weight("validator", "validator", validator.trit(), Trit.MINUS)));
    }

    @Override
    public List<Target> targets() {
        return List.of();
    }
}
