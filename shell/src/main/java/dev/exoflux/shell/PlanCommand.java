package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.format.PlacementJson;
import dev.exoflux.pipeline.placement.format.PlacementText;
import dev.exoflux.pipeline.placement.format.PlanFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** {@code exoflux plan}: places a model over peers that a file describes, without any of them. */
final class PlanCommand extends ExofluxCommand {

    private static final long MOST_BYTES = 64 << 20;

    PlanCommand(Console console) {
        super(
                "plan",
                "FILE [--json]",
                "Place a model over the peers that a file describes",
                console,
                List.of(Options.flag("json", "One JSON object, for an error too")));
    }

    @Override
    boolean takesArguments() {
        return true;
    }

    @Override
    int run(Options options) {
        boolean json = options.flag("json");
        try {
            PlanFile file = PlanFile.parse(read(options.arguments()));
            file.remarks().forEach(remark -> console().err().println("exoflux: " + remark));
            Placement placement = file.plan();
            console().out().print(json ? PlacementJson.of(placement) + "\n" : PlacementText.of(placement));
            return CommandLine.OK;
        } catch (ExofluxException e) {
            if (json) {
                console().out().println(PlacementJson.of(e));
            } else {
                console().err().println("exoflux: " + e.getMessage());
            }
            return CommandLine.USAGE;
        }
    }

    private static String read(List<String> arguments) {
        if (arguments.size() != 1) {
            throw ExofluxException.invalid("FILE", "plan needs one file.\nMaybe `exoflux plan --help` tells more.");
        }
        String name = arguments.getFirst();
        try {
            Path file = Path.of(name);
            if (Files.size(file) > MOST_BYTES) {
                throw ExofluxException.invalid(
                        "FILE", name + " is too long for a plan: %d bytes.".formatted(Files.size(file)));
            }
            return Files.readString(file);
        } catch (InvalidPathException | NoSuchFileException e) {
            throw ExofluxException.invalid("FILE", "There is no file %s.".formatted(name));
        } catch (CharacterCodingException e) {
            throw ExofluxException.invalid("FILE", name + " is not UTF-8 text.");
        } catch (IOException e) {
            throw ExofluxException.invalid("FILE", "%s cannot be read: %s.".formatted(name, e.getMessage()));
        }
    }
}
