package dev.exoflux.shell;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Token;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A model that runs in this process, for a chat where no server runs. */
final class LocalAssistant implements Assistant {

    static final String BUILT_IN = "exoflux/tiny";

    private final InProcessPeer peer;
    private final SecureRandom seeds = new SecureRandom();

    private LocalAssistant(InProcessPeer peer) {
        this.peer = peer;
    }

    /** Loads the model. */
    static LocalAssistant start(Console console, Optional<String> model, ComputeOptions.Compute compute) {
        return new LocalAssistant(
                InProcessPeer.start(console, model.orElse(BUILT_IN), InProcessPeer.forOneUser(), compute));
    }

    @Override
    public String model() {
        return peer.model();
    }

    @Override
    public Flux<String> answer(List<Map<String, Object>> messages, ChatSettings settings, Consumer<String> notices) {
        Integer maxTokens = settings.maxTokens();
        GenerationRequest request = new GenerationRequest(
                peer.model(),
                new Prompt.Chat(messages, Map.of()),
                sampling(settings),
                maxTokens == null ? GenerationRequest.TO_THE_END : maxTokens,
                List.of(),
                false,
                false);
        return peer.peer()
                .generate(request)
                .doOnNext(token -> tell(token.finish(), notices))
                .map(Token::text)
                .filter(text -> !text.isEmpty());
    }

    private static void tell(Token.@Nullable Finish finish, Consumer<String> notices) {
        Token.Verdict verdict = finish == null ? null : finish.verdict();
        if (verdict != null && !verdict.valid()) {
            notices.accept(Assistant.filtered(verdict.rule()));
        }
    }

    @Override
    public void close() {
        peer.close();
    }

    private SamplingSettings sampling(ChatSettings settings) {
        SamplingSettings model = peer.peer().require(peer.model()).sampling();
        Float temperature = settings.temperature();
        Float topP = settings.topP();
        Long seed = settings.seed();
        return new SamplingSettings(
                temperature == null ? model.temperature() : temperature,
                model.topK(),
                topP == null ? model.topP() : topP,
                model.minP(),
                model.repetitionPenalty(),
                model.presencePenalty(),
                model.frequencyPenalty(),
                model.logitBias(),
                seed == null ? seeds.nextLong() : seed,
                -1);
    }
}
