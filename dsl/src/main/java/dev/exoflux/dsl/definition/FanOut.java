package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hands a request to several at once. Three voices with the trits -1, 0 and +1 are a triad too: the trits of all {@link Single}
 * voices sum to 0 modulo 3.
 *
 * @param join what becomes of their answers
 * @param judge who says which is best; null unless {@code join} is {@link Join#BEST}
 * @param targets at least two
 */
public record FanOut(Join join, @Nullable Judge judge, List<Target> targets) implements Body {

    /** Most voices. */
    public static final int MOST = 16;

    /** What becomes of several answers. */
    public enum Join {
        /** The one that begins first is given, and the others are cancelled. */
        FIRST,
        /** All of them, one after another. */
        ALL,
        /** What most of them say. */
        VOTE,
        /** The one that a judging model finds best. */
        BEST;

        /** As files spell it. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws ExofluxException INVALID_REQUEST for trits out of balance, or a judge where none is asked, or none where one is */
    public FanOut {
        targets = Bounds.counted("to", targets, 2, MOST);
        if ((judge != null) != (join == Join.BEST)) {
            throw ExofluxException.invalid(
                    judge == null ? "join" : "judge",
                    judge == null
                            ? "join is best, and nobody is there to say which is.\nMaybe add a judge, with model and question."
                            : "judge is for join: best; join is %s.\nMaybe leave it out.".formatted(join.spelling()));
        }
        Balance.require("The fan-out", voices(targets));
    }

    private static List<Balance.Weight> voices(List<Target> targets) {
        List<Balance.Weight> voices = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i) instanceof Single single) {
                Trit trit = single.main().trit();
                voices.add(new Balance.Weight("voice " + (i + 1), "to", trit, Trit.ZERO));
            }
        }
        return voices;
    }
}
