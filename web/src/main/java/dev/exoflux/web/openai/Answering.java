package dev.exoflux.web.openai;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Turns what a request says into answers of the peer. Thread-safe. */
public final class Answering {

    private final Generator generator;
    private final ServedModels models;
    private final Clock clock;
    private final LongSupplier random;

    /**
     * @param clock for the time of a response
     * @param random for ids of responses and for the seeds of requests that name none
     */
    public Answering(Generator generator, ServedModels models, Clock clock, LongSupplier random) {
        this.generator = generator;
        this.models = models;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The model of that name. For a request that names none the only one that is served, or the only one there is: what merely
     * lies on a disk has to be asked for.
     */
    ServedModel model(@Nullable String name) {
        if (name != null) {
            return models.require(name);
        }
        List<ServedModel> all = models.all();
        List<ServedModel> served = all.stream()
                .filter(model -> model.state() != ServedModel.State.AVAILABLE)
                .toList();
        List<ServedModel> meant = served.isEmpty() ? all : served;
        if (meant.size() != 1) {
            String names = meant.stream().map(ServedModel::id).collect(Collectors.joining(", "));
            throw ExofluxException.invalid(
                    "model",
                    names.isEmpty()
                            ? "model is missing, and none is here.\nMaybe `exoflux deploy` brings one in."
                            : "model is missing.\nMaybe one of " + names);
        }
        return meant.getFirst();
    }

    /**
     * Starts nothing yet: the answers begin when their pieces are subscribed to.
     *
     * <p>Fails with MODEL_NOT_FOUND, LOADING, DEADLINE_EXCEEDED while the model is waited for, or INVALID_REQUEST for a setting out of range.
     *
     * @param idPrefix of the response's id
     */
    Mono<Answers> answers(String idPrefix, AnswerFields fields, List<? extends Prompt> prompts, Answers.Wish wish) {
        Scheduling scheduling = wish.urgency().from(clock.instant()); // what comes before the answer counts as well
        return scheduling
                .inTime(Mono.defer(() -> model(fields.model()).prepared()))
                .flatMap(model -> fields.returnTokenIds()
                        ? encoded(model, prompts)
                                .map(ids -> answers(idPrefix, model, fields, prompts, ids, wish, scheduling))
                        : Mono.just(answers(idPrefix, model, fields, prompts, null, wish, scheduling)));
    }

    private Answers answers(
            String idPrefix,
            ServedModel model,
            AnswerFields fields,
            List<? extends Prompt> prompts,
            @Nullable List<List<Integer>> ids,
            Answers.Wish wish,
            Scheduling scheduling) {
        List<GenerationRequest> requests =
                Answers.requests(model, fields, prompts, wish, scheduling, random.getAsLong());
        String id = idPrefix + HexFormat.of().toHexDigits(random.getAsLong());
        return new Answers(id, clock.instant().getEpochSecond(), model, fields, requests.size(), ids, pieces(requests));
    }

    private static Mono<List<List<Integer>>> encoded(ServedModel model, List<? extends Prompt> prompts) {
        return Flux.fromIterable(prompts)
                .concatMap(model::encode)
                .map(ids -> Arrays.stream(ids).boxed().toList())
                .collectList();
    }

    private Flux<Piece> pieces(List<GenerationRequest> requests) {
        List<Flux<Piece>> answers = new ArrayList<>(requests.size());
        for (GenerationRequest request : requests) {
            answers.add(Piece.of(answers.size(), generator.generate(request)));
        }
        return answers.size() == 1 ? answers.getFirst() : Flux.merge(Flux.fromIterable(answers), answers.size(), 1);
    }
}
