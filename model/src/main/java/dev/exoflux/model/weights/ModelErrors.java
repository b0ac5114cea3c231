package dev.exoflux.model.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Path;

/** The failures of reading a model, worded alike: the file first, then what is wrong with it. */
final class ModelErrors {

    private static final int SHOWN = 120;

    private ModelErrors() {}

    /** The file is damaged, lies about itself or lacks something. */
    static ExofluxException invalid(Path file, String problem) {
        return new ExofluxException(ErrorCode.MODEL_INVALID, file + ": " + problem);
    }

    /** The file cannot be read or understood at all. */
    static ExofluxException invalid(Path file, String problem, Exception cause) {
        return new ExofluxException(ErrorCode.MODEL_INVALID, file + ": " + problem, cause);
    }

    /** The file is well-formed, but asks for something that exoflux does not do. */
    static ExofluxException unsupported(Path file, String problem) {
        return new ExofluxException(ErrorCode.UNSUPPORTED, file + ": " + problem);
    }

    /** Text from a file as a message may show it: on one line and not endless. */
    static String shown(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(SHOWN)
                .map(c -> Character.isISOControl(c) ? '.' : c)
                .forEach(line::appendCodePoint);
        return text.codePointCount(0, text.length()) > SHOWN
                ? line.append("...").toString()
                : line.toString();
    }
}
