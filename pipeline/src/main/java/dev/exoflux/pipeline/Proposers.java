package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;

/** Who proposes for whom. Thread-safe. */
@FunctionalInterface
public interface Proposers {

    /** Knows no model that proposes. */
    Proposers WITHOUT_MODELS = draft -> {
        throw new ExofluxException(
                ErrorCode.MODEL_NOT_FOUND,
                "There is no model %s here that could propose tokens.\nMaybe serve it too.".formatted(draft));
    };

    /**
     * The model that proposes.
     *
     * @param draft its id
     * @throws ExofluxException MODEL_NOT_FOUND, LOADING, or INVALID_CONFIGURATION where it does not have the same tokens
     */
    Proposer draft(String draft);

    /** What proposes as {@code speculation} says; throws as {@link #draft} does. */
    default Proposer of(Speculation speculation) {
        String draft = speculation.draft();
        return draft == null ? LookUpProposer.INSTANCE : draft(draft);
    }
}
