package dev.exoflux.mesh.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.placement.HeldModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models on this peer's disk, whole ones and parts. Headers are read again only when files have changed.
 *
 * <p>Thread-safe; reads the disk, so nothing here is for an event loop.
 */
public final class ModelLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(ModelLibrary.class);

    private final ModelRepository repository;
    private final Map<String, Path> named = new HashMap<>();
    private final Map<Path, Seen> seen = new ConcurrentHashMap<>();

    /** What a directory held when it looked so; empty for what is no model or a damaged one. */
    private record Seen(DirectorySignature signature, Optional<StoredModel> model) {}

    public ModelLibrary(ModelRepository repository) {
        this(repository, List.of());
    }

    /** @param elsewhere directories that were named by their paths; they go before those of the repository */
    public ModelLibrary(ModelRepository repository, List<ModelDirectory> elsewhere) {
        this.repository = repository;
        elsewhere.forEach(directory -> named.put(directory.id(), directory.path()));
    }

    /** All models that this peer could serve from or give to others, as it says so to them. */
    public List<HeldModel> held() {
        Map<String, Path> places = new LinkedHashMap<>(repository.places());
        places.putAll(named);
        seen.keySet().retainAll(places.values());
        List<HeldModel> held = new ArrayList<>();
        places.forEach((id, path) -> look(id, path).map(StoredModel::held).ifPresent(held::add));
        return held;
    }

    /**
     * The directory of a model, of which perhaps only a part of the weights is here: configuration, tokenizer and the headers
     * of all weights always are. Empty if there is none, or only a damaged one.
     */
    public Optional<ModelDirectory> find(String id) {
        return stored(id).map(StoredModel::directory);
    }

    /** Whether all that a shard of a model is loaded from is here. */
    public boolean holds(String id, Shard shard) {
        return stored(id).filter(model -> model.holds(shard)).isPresent();
    }

    /** Which of the checkpoints of that name is here. */
    public Optional<String> fingerprint(String id) {
        return stored(id).map(model -> model.inventory().fingerprint());
    }

    Optional<StoredModel> stored(String id) {
        return Optional.ofNullable(named.get(id)).or(() -> repository.place(id)).flatMap(path -> look(id, path));
    }

    /**
     * The directory of what is to be pulled, if it is here already.
     *
     * @throws ExofluxException MODEL_INVALID if what is here is another checkpoint than the one that is meant
     */
    Optional<ModelDirectory> here(PullOrder order) {
        Optional<StoredModel> stored = stored(order.model());
        String meant = order.fingerprint();
        stored.map(model -> model.inventory().fingerprint())
                .filter(its -> meant != null && !its.equals(meant))
                .ifPresent(its -> {
                    throw new ExofluxException(ErrorCode.MODEL_INVALID, """
                            %s is checkpoint %s on this peer's disk, and checkpoint %s is meant.
                            Maybe remove %s, so that it is fetched anew.""".formatted(
                            order.model(), its, meant, stored.get().directory().path()));
                });
        Shard shard = order.shard();
        return stored.filter(model -> shard == null || model.holds(shard)).map(StoredModel::directory);
    }

    /** Where a model of that name is fetched to. */
    Path own(String id) {
        return repository.own(id);
    }

    private Optional<StoredModel> look(String id, Path path) {
        try {
            DirectorySignature now = DirectorySignature.of(path);
            Seen before = seen.get(path);
            if (before == null || !before.signature().equals(now)) {
                before = new Seen(now, read(id, path, before));
                seen.put(path, before);
            }
            return before.model();
        } catch (IOException e) {
            return Optional.empty(); // removed meanwhile
        }
    }

    private static Optional<StoredModel> read(String id, Path path, @Nullable Seen before) {
        try {
            ModelInventory inventory = ModelInventory.of(path);
            if (!inventory.described()) {
                return Optional.empty();
            }
            Optional<StoredModel> same = before == null ? Optional.empty() : before.model();
            return same.filter(model -> sameFiles(model.inventory(), inventory))
                    .map(model -> model.with(inventory))
                    .or(() -> Optional.of(StoredModel.read(ModelDirectory.open(id, path), inventory)));
        } catch (ExofluxException e) {
            LOG.info("{} is not offered to other peers: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether the weights lie where they did: then their headers need not be read again. */
    private static boolean sameFiles(ModelInventory before, ModelInventory now) {
        return before.fingerprint().equals(now.fingerprint()) && !before.complete();
    }
}
