package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.RandomModel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** {@code exoflux models random}: a random-weight model of a well-known shape, for benchmarks. */
final class RandomModelCommand extends ExofluxCommand {

    RandomModelCommand(Console console) {
        super(
                "models random",
                "--like SHAPE --out DIR [--bits 4|8|16] [--seed N]",
                "Write a model of a well-known shape with random weights, for benchmarks",
                console,
                List.of(
                        Options.text("like", "One of " + String.join(", ", RandomModel.shapes())),
                        Options.number("bits", "4 or 8 (affine, groups of 64), or 16 for bf16 (4)"),
                        Options.text("out", "Directory to write; must not exist or be empty"),
                        Options.text("seed", "The same seed makes the same bytes (0)")));
    }

    @Override
    int run(Options options) {
        String shape = required(options, "like");
        Path directory = path(required(options, "out"));
        int bits = options.number("bits", 4, 1, 64);
        RandomModel.write(shape, bits, directory, options.wide("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE), progress());
        console().err().print(console().terminal() ? "\r\033[K" : "");
        console().out().println(directory);
        return CommandLine.OK;
    }

    private RandomModel.Progress progress() {
        return (written, total) -> {
            if (console().terminal()) {
                console().err().print("\r\033[Kwriting %s of %s".formatted(Sizes.bytes(written), Sizes.bytes(total)));
                console().err().flush();
            }
        };
    }

    private static String required(Options options, String name) {
        return options.text(name)
                .orElseThrow(() -> ExofluxException.invalid("--" + name, "models random needs --%s.".formatted(name)));
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw ExofluxException.invalid("--out", "--out %s is not a path.".formatted(name));
        }
    }
}
