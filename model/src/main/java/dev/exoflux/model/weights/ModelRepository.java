package dev.exoflux.model.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models on this machine: the built-in ones, those in exoflux's own directory ({@code models/<org>/<name>}) and those
 * that the Hugging Face client has fetched. The earlier goes before the later where two have one name.
 */
public final class ModelRepository {

    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?";

    private final Path models;
    private final HubCache hub;
    private final BuiltinModels builtin;

    /**
     * @param exofluxHome where exoflux keeps its data; need not exist yet
     * @param huggingFaceHub the Hugging Face client's cache; need not exist
     */
    public ModelRepository(Path exofluxHome, Path huggingFaceHub) {
        this(exofluxHome, huggingFaceHub, BuiltinModels.ofJar(exofluxHome.resolve("builtin")));
    }

    ModelRepository(Path exofluxHome, Path huggingFaceHub, BuiltinModels builtin) {
        this.models = exofluxHome.toAbsolutePath().normalize().resolve("models");
        this.hub = new HubCache(huggingFaceHub.toAbsolutePath().normalize());
        this.builtin = builtin;
    }

    /** The Hugging Face client's cache, by that client's own rules. */
    public static Path huggingFaceHub(Map<String, String> environment, Path userHome) {
        String hub = environment.get("HF_HUB_CACHE");
        if (hub != null && !hub.isBlank()) {
            return Path.of(hub);
        }
        String home = environment.get("HF_HOME");
        Path huggingFace = home != null && !home.isBlank() ? Path.of(home) : userHome.resolve(".cache/huggingface");
        return huggingFace.resolve("hub");
    }

    /**
     * Finds a model by its name or by the path of its directory. What begins like a path is one; anything else is a name
     * first, and a path below the working directory only where no model is called so.
     *
     * @throws ExofluxException MODEL_NOT_FOUND, with how to get it; or what {@link ModelDirectory#open} throws
     */
    public ModelDirectory resolve(String nameOrPath) {
        if (isPath(nameOrPath)) {
            return open(path(nameOrPath));
        }
        Optional<Path> named = place(nameOrPath);
        if (named.isPresent()) {
            return open(nameOrPath, named.get());
        }
        Path relative = path(nameOrPath);
        if (nameOrPath.isBlank() || !Files.isDirectory(relative)) {
            throw notFound(nameOrPath);
        }
        return open(relative);
    }

    /** All models that can be found by name; what is damaged or here only in part comes with the reason. */
    public List<ModelEntry> list() {
        List<ModelEntry> entries = new ArrayList<>();
        builtin.names().forEach(name -> entries.add(builtinEntry(name)));
        directories().forEach((id, path) -> entries.add(entry(id, path)));
        return entries;
    }

    /** The directory of the model of that name, which may be damaged, or hold it only in part. */
    public Optional<Path> place(String name) {
        if (!name.matches(NAME)) {
            return Optional.empty();
        }
        Path own = models.resolve(name);
        return builtin.find(name)
                .or(() -> Optional.of(own).filter(path -> Files.isDirectory(path) && !isPartial(path)))
                .or(() -> hub.find(name))
                .or(() -> Optional.of(own).filter(Files::isDirectory));
    }

    /** The directories of all models, by name, as {@link #place} has them. */
    public Map<String, Path> places() {
        Map<String, Path> places = new LinkedHashMap<>();
        builtin.names().forEach(name -> builtin.find(name).ifPresent(path -> places.put(name, path)));
        places.putAll(directories());
        return places;
    }

    /**
     * Where in exoflux's own directory a model of that name belongs.
     *
     * @throws ExofluxException MODEL_NOT_FOUND if it is no name of a model
     */
    public Path own(String name) {
        if (!name.matches(NAME)) {
            throw notFound(name);
        }
        return models.resolve(name);
    }

    private static boolean isPartial(Path directory) {
        return Files.exists(directory.resolve(ModelInventory.PARTIAL));
    }

    private ModelEntry builtinEntry(String name) {
        try {
            return entry(name, builtin.find(name).orElseThrow());
        } catch (ExofluxException e) {
            return new ModelEntry.Unusable(name, builtin.directory(), e);
        }
    }

    private static ModelEntry entry(String id, Path path) {
        try {
            return new ModelEntry.Usable(open(id, path).card(), path);
        } catch (ExofluxException e) {
            return new ModelEntry.Unusable(id, path, e);
        }
    }

    /** Directories that have a name, those of the built-in models aside. */
    private Map<String, Path> directories() {
        Map<String, Path> found = new LinkedHashMap<>();
        for (Path first : Directories.within(models)) {
            if (Files.exists(first.resolve("config.json"))) {
                found.put(ownName(first), first);
            } else {
                Directories.within(first).forEach(path -> found.put(ownName(path), path));
            }
        }
        hub.models().forEach((name, path) -> found.merge(name, path, (own, its) -> isPartial(own) ? its : own));
        found.keySet().removeAll(builtin.names());
        return found;
    }

    private ModelDirectory open(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        return open(idOf(path), path);
    }

    /** A directory from which the whole model can be run. */
    private static ModelDirectory open(String id, Path directory) {
        ModelInventory.partial(directory).ifPresent(part -> {
            throw ModelErrors.invalid(directory, """
                    of %s only a part is here, %d of %d bytes
                    Maybe fetch it whole: hf download %s
                    Maybe deploy it in a cluster, which fetches what it lacks.""".formatted(id, part.bytesHere(), part.bytes(), id));
        });
        return ModelDirectory.open(id, directory);
    }

    private String idOf(Path path) {
        if (path.startsWith(models) && path.getNameCount() == models.getNameCount() + 2) {
            return ownName(path);
        }
        return HubCache.nameOf(path).orElseGet(() -> String.valueOf(path.getFileName()));
    }

    private String ownName(Path path) {
        return models.relativize(path).toString().replace('\\', '/');
    }

    private static boolean isPath(String text) {
        return text.startsWith("/")
                || text.startsWith(".")
                || text.startsWith("~")
                || path(text).isAbsolute();
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ExofluxException(
                    ErrorCode.MODEL_NOT_FOUND, "\"" + ModelErrors.shown(text) + "\" is not a path", e);
        }
    }

    private ExofluxException notFound(String name) {
        List<String> names = new ArrayList<>(builtin.names());
        names.addAll(directories().keySet());
        List<String> near = NearNames.of(name, names);
        StringBuilder message = new StringBuilder("There is no model ").append(ModelErrors.shown(name));
        if (!near.isEmpty()) {
            message.append("\nMaybe you mean ")
                    .append(String.join(" or ", near))
                    .append('.');
        }
        if (name.matches(NAME)) {
            message.append("\nMaybe fetch it with: hf download ").append(name);
            message.append("\nMaybe put it into ").append(models.resolve(name));
        }
        return new ExofluxException(ErrorCode.MODEL_NOT_FOUND, message.toString());
    }
}
