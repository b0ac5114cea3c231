package dev.exoflux.mlx.c;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The functions of one library, and the names of those it lacks. */
final class Symbols {

    private final Path library;
    private final SymbolLookup lookup;
    private final List<String> missing = new ArrayList<>();

    Symbols(Path library, SymbolLookup lookup) {
        this.library = library;
        this.lookup = lookup;
    }

    /** Where {@code name} is, or null's address until {@link #requireAll} has complained. */
    MemorySegment address(String name) {
        return lookup.find(name).orElseGet(() -> {
            missing.add(name);
            return MemorySegment.NULL;
        });
    }

    /** @throws ExofluxException INVALID_CONFIGURATION with the names of all that were asked for in vain */
    void requireAll(String advice) {
        if (!missing.isEmpty()) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s lacks %s.%nMaybe %s".formatted(library, String.join(", ", missing), advice));
        }
    }
}
