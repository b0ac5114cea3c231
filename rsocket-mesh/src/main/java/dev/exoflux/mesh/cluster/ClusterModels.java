package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.answers.RoutedAnswers;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.placement.HeldModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The models that this peer answers for: those it was started with, those that are deployed, and those on a disk of the cluster.
 * Thread-safe.
 */
final class ClusterModels {

    private final List<String> own;
    private final ModelFiles files;
    private final HopEndpoint endpoint;
    private final Heads heads;
    private final PipelineSettings settings;
    private final Path cache;
    private final Supplier<ClusterView> view;
    private final Function<String, Mono<Void>> deployed;
    private final Map<String, Served> served = new ConcurrentHashMap<>();

    private record Served(ClusterModel model, ModelRoutes routes) {}

    /**
     * @param own ids of those it was started with
     * @param cache directory for the tokenizers' native library
     * @param deployed has a model deployed where it is not
     */
    ClusterModels(
            List<String> own,
            ModelFiles files,
            HopEndpoint endpoint,
            Heads heads,
            PipelineSettings settings,
            Path cache,
            Supplier<ClusterView> view,
            Function<String, Mono<Void>> deployed) {
        this.own = List.copyOf(own);
        this.files = files;
        this.endpoint = endpoint;
        this.heads = heads;
        this.settings = settings;
        this.cache = cache;
        this.view = view;
        this.deployed = deployed;
    }

    /** Follows what is decided; called by one thread. */
    void apply(ClusterView now) {
        served.values().forEach(its -> its.routes().apply(now));
    }

    List<ServedModel> own() {
        return own.stream().<ServedModel>map(this::model).toList();
    }

    List<ServedModel> all() {
        Set<String> ids = new LinkedHashSet<>(own);
        ids.addAll(view.get().orders().keySet());
        ids.addAll(onDisks());
        return ids.stream().<ServedModel>map(this::model).toList();
    }

    private Set<String> onDisks() {
        Set<String> ids = new TreeSet<>();
        view.get()
                .topology()
                .peers()
                .forEach(peer -> peer.models().stream()
                        .filter(HeldModel::complete)
                        .map(HeldModel::id)
                        .forEach(ids::add));
        return ids;
    }

    /** @throws ExofluxException MODEL_NOT_FOUND */
    ClusterModel require(String id) {
        Served known = served.get(id);
        if (known != null) {
            return known.model();
        }
        if (own.contains(id) || view.get().orders().containsKey(id) || onDisks().contains(id)) {
            return model(id);
        }
        List<String> names = new ArrayList<>(all().stream().map(ServedModel::id).toList());
        throw new ExofluxException(
                ErrorCode.MODEL_NOT_FOUND,
                "There is no model %s here.\nMaybe you mean %s.".formatted(id, String.join(" or ", names)));
    }

    private ClusterModel model(String id) {
        Served known = served.get(id);
        if (known == null) {
            known = served.computeIfAbsent(id, this::serve);
            known.routes().apply(view.get()); // from here on it is told of changes
        }
        return known.model();
    }

    private Served serve(String id) {
        ModelRoutes routes = new ModelRoutes(id, endpoint, heads);
        RoutedAnswers answers = new RoutedAnswers(routes, settings.ringPatience());
        return new Served(new ClusterModel(id, files, answers, view, deployed.apply(id), cache), routes);
    }

    void close() {
        served.values().forEach(its -> {
            its.routes().close();
            its.model().close();
        });
    }
}
