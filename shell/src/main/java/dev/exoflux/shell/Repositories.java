package dev.exoflux.shell;

import dev.exoflux.model.weights.ModelRepository;
import java.nio.file.Path;

/** Where the command line looks for models. */
final class Repositories {

    private Repositories() {}

    static ModelRepository of(Console console) {
        Path home = Path.of(System.getProperty("user.home"));
        return new ModelRepository(console.home(), ModelRepository.huggingFaceHub(console.environment(), home));
    }
}
