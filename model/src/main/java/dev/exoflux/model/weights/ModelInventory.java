package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that make up a model, and which of their bytes are here.
 *
 * <p>A directory that holds a model only in part says so in a file, {@value #PARTIAL}, which is there before anything else is and
 * goes when everything is. Of files that are not listed in it, or bytes of them that are not, nothing may be believed.
 *
 * @param fingerprint of config.json and the headers of all weights, see {@link Fingerprint}: models of one name are the same model
 *     if they have the same
 * @param files each once
 */
public record ModelInventory(String fingerprint, List<ModelFile> files) {

    /** Name of the file that tells what of a model is here. */
    public static final String PARTIAL = "exoflux-partial.json";

    /** @throws IllegalArgumentException for files that no model has */
    public ModelInventory {
        files = List.copyOf(files);
        if (!fingerprint.matches(Fingerprint.PATTERN)) {
            throw new IllegalArgumentException("a fingerprint of " + ModelErrors.shown(fingerprint));
        }
        Set<String> names = new HashSet<>();
        for (ModelFile file : files) {
            if (!names.add(file.name())) {
                throw new IllegalArgumentException("two files called " + file.name());
            }
        }
    }

    /**
     * What there is in a directory.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where it holds no model, or a damaged one
     */
    public static ModelInventory of(Path directory) {
        Optional<ModelInventory> partial = partial(directory);
        return partial.orElseGet(() -> whole(directory));
    }

    /**
     * What is here of a model that is here only in part; empty if the directory does not say so.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where what it says cannot be read
     */
    public static Optional<ModelInventory> partial(Path directory) {
        Path file = directory.resolve(PARTIAL);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            return Optional.of(PartialFile.parse(file, Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // just now it became complete
        } catch (IOException e) {
            throw invalid(file, "cannot be read: " + e, e);
        }
    }

    private static ModelInventory whole(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(directory);
                Stream<Path> children = Files.list(directory)) {
            List<Path> weights = checkpoint.files();
            boolean indexed = !weights.equals(List.of(directory.resolve(Checkpoint.SINGLE)));
            List<ModelFile> files = new ArrayList<>();
            for (Path child : children.sorted().toList()) {
                String name = String.valueOf(child.getFileName());
                boolean used = indexed || !name.equals(Checkpoint.INDEX);
                if (ModelFile.isOther(name) && used && Files.isRegularFile(child)) {
                    long bytes = Files.size(child);
                    files.add(new ModelFile(name, bytes, 0, Fingerprint.sha256(child), ByteRanges.of(0, bytes)));
                }
            }
            for (Path file : weights) {
                files.add(checkpoint.describe(file));
            }
            return new ModelInventory(Fingerprint.of(directory, weights), files);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw invalid(directory, "cannot be read: " + e, e);
        }
    }

    /**
     * Checks that the files in a directory are those that this tells of, as far as their names, sizes, headers and the fingerprint
     * go.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID
     */
    public void check(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            List<ModelFile> weights = new ArrayList<>();
            for (Path file : checkpoint.files()) {
                weights.add(checkpoint.describe(file).with(ByteRanges.NONE));
            }
            List<ModelFile> told = files.stream()
                    .filter(ModelFile::weights)
                    .map(file -> file.with(ByteRanges.NONE))
                    .toList();
            if (!Set.copyOf(weights).equals(Set.copyOf(told))) {
                throw invalid(directory, "the weights are said to be in %s, and are in %s".formatted(told, weights));
            }
            String its = Fingerprint.of(directory, checkpoint.files());
            if (!its.equals(fingerprint)) {
                throw invalid(directory, "the fingerprint is said to be %s, and is %s".formatted(fingerprint, its));
            }
        } catch (IOException e) {
            throw invalid(directory, "cannot be read: " + e, e);
        }
    }

    /** This, as {@value #PARTIAL} holds it. */
    public byte[] partialFile() {
        return PartialFile.write(this);
    }

    public Optional<ModelFile> file(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst();
    }

    /** Which bytes of a file are here. */
    public ByteRanges here(String name) {
        return file(name).map(ModelFile::here).orElse(ByteRanges.NONE);
    }

    /** Whether everything is here. */
    public boolean complete() {
        return files.stream().allMatch(ModelFile::complete);
    }

    /** Whether everything but weights is here. */
    public boolean described() {
        return files.stream().allMatch(file -> file.here().contains(file.description()));
    }

    /** Bytes that are here. */
    public long bytesHere() {
        return files.stream().mapToLong(file -> file.here().bytes()).sum();
    }

    /** Bytes of all files together. */
    public long bytes() {
        return files.stream().mapToLong(ModelFile::bytes).sum();
    }
}
