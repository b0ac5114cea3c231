package dev.exoflux.model.text;

import dev.exoflux.model.ExofluxException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** In which form a template can read the content of a message. Templates do not say: they are tried. */
enum ContentForm {
    /** A string; a list would come out as the list's own notation, or fail. */
    TEXT,
    /** A list of parts; a string would be lost, or fail. */
    PARTS,
    /** Either, or neither: content is best left as it came. */
    ANY;

    private static final String PROBE = "exoflux-content-probe";

    /**
     * Tries a template on one short message in either form.
     *
     * @param render writes messages, or fails with an {@link ExofluxException}
     */
    static ContentForm of(Function<List<Map<String, Object>>, String> render) {
        boolean text = reads(render, PROBE);
        boolean parts = reads(render, List.of(Map.of("type", "text", "text", PROBE)));
        return text == parts ? ANY : text ? TEXT : PARTS;
    }

    private static boolean reads(Function<List<Map<String, Object>>, String> render, Object content) {
        try {
            String prompt = render.apply(List.of(Map.of("role", "user", "content", content)));
            // in quotes it is what a list looks like when it is written as a whole
            return prompt.contains(PROBE) && !prompt.contains("'" + PROBE + "'") && !prompt.contains('"' + PROBE + '"');
        } catch (ExofluxException e) {
            return false;
        }
    }
}
