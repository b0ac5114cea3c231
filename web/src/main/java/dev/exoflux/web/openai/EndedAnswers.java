package dev.exoflux.web.openai;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What there is to say of answers beside OpenAI's fields once they have ended: one for each response, not thread-safe. */
final class EndedAnswers {

    private final StringBuilder[] texts;
    private @Nullable Extras all;

    /** @param count of the answers */
    EndedAnswers(int count) {
        texts = new StringBuilder[count];
        Arrays.setAll(texts, i -> new StringBuilder());
    }

    /** Takes the next piece of one; what is said of that answer, null while it goes on, and where there is nothing to say. */
    @Nullable
    Extras take(Piece piece) {
        StringBuilder text = texts[piece.choice()].append(piece.text());
        if (piece.finish() == null) {
            return null;
        }
        Extras one = Extras.of(piece.finish(), text.toString());
        all = Extras.joined(all, one);
        return one;
    }

    /** What is said of all that have ended, together; null where there is nothing to say. */
    @Nullable
    Extras all() {
        return all;
    }
}
