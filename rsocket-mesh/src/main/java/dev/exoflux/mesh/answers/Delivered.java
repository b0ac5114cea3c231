package dev.exoflux.mesh.answers;

import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceRequest.Resumed;
import dev.exoflux.pipeline.SequenceToken;
import java.util.Arrays;

/** What the reader of an answer has got so far. Not thread-safe. */
final class Delivered {

    private final SequenceRequest request;
    private int[] answer = new int[64];
    private int answered;
    private int echoed;
    private int cachedTokens = -1; // nothing has been said of it

    /** @param request which may go on with an answer itself */
    Delivered(SequenceRequest request) {
        this.request = request;
        Resumed before = request.resumed();
        if (before != null) {
            answer = before.answer();
            answered = answer.length;
            echoed = before.echoed();
        }
    }

    boolean begun() {
        return answered + echoed > 0;
    }

    /** The next token, as the reader is to see it: what it says of the cache is what the first one said. */
    SequenceToken add(SequenceToken token) {
        if (cachedTokens < 0) {
            cachedTokens = token.cachedTokens();
        }
        if (token.prompt()) {
            echoed++;
        } else {
            if (answered == answer.length) {
                answer = Arrays.copyOf(answer, answered + Math.max(64, answered / 2));
            }
            answer[answered++] = token.id();
        }
        return token.cachedTokens() == cachedTokens
                ? token
                : new SequenceToken(
                        token.id(), token.prompt(), token.logprobs(), cachedTokens, token.speculated(), token.finish());
    }

    /** What is still to come. */
    SequenceRequest rest() {
        return begun() ? request.resume(new Resumed(echoed, Arrays.copyOf(answer, answered))) : request;
    }
}
