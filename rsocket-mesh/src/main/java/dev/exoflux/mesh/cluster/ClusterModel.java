package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.answers.RoutedAnswers;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.AnsweringModel;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Proposer;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.Token;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A model of the cluster as this peer answers for it: text here, ids from the peer that has its batcher. The text's files are
 * read, or fetched, when they are needed. Thread-safe.
 */
final class ClusterModel implements ServedModel {

    private final String id;
    private final RoutedAnswers answers;
    private final Supplier<ClusterView> view;
    private final Mono<Void> deployed;
    private final Path cache;
    private final Mono<Text> text;
    private volatile @Nullable Text read;

    /** One for each context it was placed with; answers may still use any of them. */
    private final Queue<AnsweringModel> opened = new ConcurrentLinkedQueue<>();

    private record Text(ModelDirectory directory, int context, AnsweringModel model) {}

    /**
     * @param deployed completes once it is, and has it deployed where it is not
     * @param cache directory for the tokenizer's native library
     */
    ClusterModel(
            String id,
            ModelFiles files,
            RoutedAnswers answers,
            Supplier<ClusterView> view,
            Mono<Void> deployed,
            Path cache) {
        this.id = id;
        this.answers = answers;
        this.view = view;
        this.deployed = deployed;
        this.cache = cache;
        this.text = Mono.defer(() -> files.text(id, fingerprint()))
                .publishOn(Schedulers.boundedElastic())
                .map(this::open)
                .cacheInvalidateIf(this::outdated);
    }

    private Text open(ModelDirectory directory) {
        int context = context(directory);
        Text known = new Text(directory, context, AnsweringModel.open(directory, context, cache));
        opened.add(known.model());
        read = known;
        return known;
    }

    private String fingerprint() {
        return view.get().decision(id).map(Decision::fingerprint).orElse("");
    }

    private boolean outdated(Text opened) {
        return opened.context() != context(opened.directory());
    }

    private int context(ModelDirectory directory) {
        int placed = view.get().decision(id).map(Decision::context).orElse(0);
        return placed > 0 ? placed : Math.min(directory.config().contextLength(), PipelineSettings.DEFAULT_CONTEXT);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public State state() {
        return view.get()
                .placement(id)
                .map(placed -> switch (placed.state()) {
                    case READY -> State.READY;
                    case PLACING -> State.LOADING;
                    case WAITING -> State.WAITING;
                    case FAILED -> State.FAILED;
                })
                .orElse(State.AVAILABLE);
    }

    @Override
    public Mono<ServedModel> prepared() {
        return deployed.then(text).thenReturn(this);
    }

    @Override
    public int contextLength() {
        Text known = read;
        return known == null ? view.get().decision(id).map(Decision::context).orElse(0) : context(known.directory());
    }

    @Override
    public SamplingSettings sampling() {
        return known().directory().generation().sampling();
    }

    @Override
    public Mono<int[]> encode(Prompt prompt) {
        return text.flatMap(known -> known.model().encode(prompt));
    }

    @Override
    public Mono<int[]> encode(String words, boolean addSpecial) {
        return text.flatMap(known -> known.model().encode(words, addSpecial));
    }

    @Override
    public Mono<String> render(Prompt.Chat conversation) {
        return text.flatMap(known -> known.model().render(conversation));
    }

    @Override
    public Mono<String> decode(int[] ids) {
        return text.flatMap(known -> known.model().decode(ids));
    }

    @Override
    public byte[] bytesOf(int token) {
        return known().model().bytesOf(token);
    }

    private Text known() {
        Text known = read;
        if (known == null) {
            throw new ExofluxException(
                    ErrorCode.LOADING, "The files of %s are not here yet.\nMaybe try again in a moment.".formatted(id));
        }
        return known;
    }

    /** As {@link dev.exoflux.pipeline.Generator#generate}; the model is deployed first where it is not. */
    Flux<Token> generate(GenerationRequest request) {
        return request.scheduling()
                .inTime(deployed.then(text))
                .flatMapMany(known -> known.model().generate(request, answers));
    }

    /**
     * What another model of the cluster proposes to this one. The text of both is read first, or fetched; errors: what that can fail
     * with, and INVALID_CONFIGURATION for other tokens.
     */
    Mono<Proposer> draftedBy(ClusterModel draft) {
        return Mono.zip(text, draft.text)
                .flatMap(texts -> texts.getT1().model().draftedBy(texts.getT2().model(), draft.answers));
    }

    void close() {
        for (AnsweringModel model = opened.poll(); model != null; model = opened.poll()) {
            model.close();
        }
    }
}
