package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.pipeline.Token;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A peer whose answers a test writes, token by token: for what a real model does not do on demand, such as failing half-way.
 * A token's id is the code point it stands for.
 */
final class ScriptedPeer implements Generator, ServedModels {

    private final Queue<GenerationRequest> requests = new ConcurrentLinkedQueue<>();
    private volatile Function<GenerationRequest, Flux<Token>> script = request -> Flux.empty();
    private volatile List<ServedModel> models = List.of();
    private volatile List<ServedModel> others = List.of();

    ScriptedPeer() {
        reset();
    }

    /** One model, which answers "Hi". */
    void reset() {
        requests.clear();
        answer("Hi");
        serve(new ScriptedModel("exoflux/scripted", ServedModel.State.READY));
    }

    void serve(ServedModel... served) {
        models = List.of(served);
        others = List.of();
    }

    /** Models of the cluster that this peer was not started with. */
    void offer(ServedModel... offered) {
        others = List.of(offered);
    }

    void script(Function<GenerationRequest, Flux<Token>> answers) {
        script = answers;
    }

    /** Every request from now on is answered with this text, a token for each character and one for the end. */
    void answer(String text) {
        int[] points = text.codePoints().toArray();
        script = request -> Flux.range(0, points.length)
                .map(i -> token(points[i]))
                .concatWithValues(end(Token.FinishReason.STOP, points.length + 1));
    }

    /** The only request so far. */
    GenerationRequest request() {
        assertThat(requests).hasSize(1);
        return requests.element();
    }

    List<GenerationRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> {
            requests.add(request);
            return script.apply(request);
        });
    }

    @Override
    public List<ServedModel> all() {
        return Stream.concat(models.stream(), others.stream()).toList();
    }

    @Override
    public List<ServedModel> own() {
        return models;
    }

    @Override
    public ServedModel require(String id) {
        return all().stream()
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ExofluxException(ErrorCode.MODEL_NOT_FOUND, "There is no model " + id + "."));
    }

    static Token token(int codePoint) {
        return new Token(codePoint, Character.toString(codePoint), false, null, null);
    }

    static Token end(Token.FinishReason reason, int completionTokens) {
        return new Token(0, "", false, null, new Token.Finish(reason, 5, 4, completionTokens, null));
    }

    /** The end that a validator puts to an answer. */
    static Token filtered(String rule) {
        Token.Finish finish = new Token.Finish(Token.FinishReason.CONTENT_FILTER, 5, 0, 3, null);
        return Token.notice("").withFinish(finish.with(new Token.Verdict(rule)));
    }

    record ScriptedModel(String id, State state) implements ServedModel {

        /** One that waits for other peers is waited for. */
        @Override
        public Mono<ServedModel> prepared() {
            return state == ServedModel.State.WAITING ? Mono.never() : Mono.just(this);
        }

        private void requireReady() {
            if (state != State.READY) {
                throw new ExofluxException(ErrorCode.LOADING, id + " is still being loaded.");
            }
        }

        @Override
        public int contextLength() {
            return 2048;
        }

        @Override
        public SamplingSettings sampling() {
            requireReady();
            return SamplingSettings.builder().temperature(0.75f).topK(40).build();
        }

        @Override
        public Mono<int[]> encode(Prompt prompt) {
            return switch (prompt) {
                case Prompt.Text text -> encode(text.text(), true);
                case Prompt.Chat chat -> render(chat).flatMap(text -> encode(text, false));
                case Prompt.Ids ids ->
                    Mono.just(ids.ids().stream().mapToInt(i -> i).toArray());
            };
        }

        @Override
        public Mono<int[]> encode(String text, boolean addSpecial) {
            return Mono.fromSupplier(() -> {
                requireReady();
                return ((addSpecial ? "\u0001" : "") + text).codePoints().toArray();
            });
        }

        @Override
        public Mono<String> render(Prompt.Chat conversation) {
            return Mono.fromSupplier(() -> {
                requireReady();
                return conversation.messages() + " " + conversation.variables();
            });
        }

        @Override
        public Mono<String> decode(int[] ids) {
            return Mono.fromSupplier(() -> {
                requireReady();
                return Arrays.stream(ids).mapToObj(Character::toString).collect(Collectors.joining());
            });
        }

        @Override
        public byte[] bytesOf(int id) {
            return id == 0 ? new byte[0] : Character.toString(id).getBytes(StandardCharsets.UTF_8);
        }
    }
}
