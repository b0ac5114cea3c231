package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;
import static dev.exoflux.model.weights.ModelErrors.shown;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@value ModelInventory#PARTIAL} as JSON. */
final class PartialFile {

    private static final int VERSION = 1;

    private static final JsonMapper MAPPER = new JsonMapper();

    /** The whole of it. */
    record Model(int version, String fingerprint, List<Part> files) {}

    /** One file; {@code here} as pairs of first byte and the one behind the last. */
    record Part(String name, long bytes, long headerBytes, String sha256, List<List<Long>> here) {}

    private PartialFile() {}

    static byte[] write(ModelInventory inventory) {
        List<Part> parts = inventory.files().stream().map(PartialFile::part).toList();
        return MAPPER.writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(new Model(VERSION, inventory.fingerprint(), parts));
    }

    private static Part part(ModelFile file) {
        List<List<Long>> here = file.here().list().stream()
                .map(range -> List.of(range.from(), range.to()))
                .toList();
        return new Part(file.name(), file.bytes(), file.headerBytes(), file.sha256(), here);
    }

    static ModelInventory parse(Path file, byte[] json) {
        try {
            Model model = MAPPER.readValue(json, Model.class);
            if (model.version() != VERSION) {
                throw invalid(file, "is of version " + model.version() + "\nMaybe a newer exoflux wrote it.");
            }
            List<ModelFile> files =
                    model.files().stream().map(PartialFile::file).toList();
            return new ModelInventory(model.fingerprint(), files);
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            throw invalid(
                    file,
                    "is damaged: " + shown(String.valueOf(e.getMessage()))
                            + "\nMaybe remove the directory, so that the model is fetched again.",
                    e);
        }
    }

    private static ModelFile file(Part part) {
        List<ByteRange> here = part.here().stream().map(PartialFile::range).toList();
        return new ModelFile(part.name(), part.bytes(), part.headerBytes(), part.sha256(), ByteRanges.of(here));
    }

    private static ByteRange range(List<Long> pair) {
        if (pair.size() != 2) {
            throw new IllegalArgumentException("bytes " + pair);
        }
        return new ByteRange(pair.getFirst(), pair.getLast());
    }
}
