package dev.exoflux.web.openai;

import dev.exoflux.pipeline.GenerationRequest;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * What headers say to those who route a request: the ones of no standard, which begin with {@code x-}, without those that hold keys
 * or the way a request has come.
 */
final class Hints {

    private static final String ANY = "x-";
    private static final String OURS = "x-exoflux-";
    private static final List<String> NONE_OF_OURS = List.of("x-api-key", "x-auth", "x-forwarded-", "x-real-ip");

    private Hints() {}

    /** Of as many headers as a request may have hints, those named after us first. One that is too long is left out. */
    static Map<String, String> of(HttpHeaders headers) {
        Map<String, String> hints = new LinkedHashMap<>();
        headers.headerNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith(ANY) && NONE_OF_OURS.stream().noneMatch(name::startsWith))
                .sorted(Comparator.comparing((String name) -> !name.startsWith(OURS))
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(name -> add(hints, name, String.valueOf(headers.getFirst(name))));
        return hints;
    }

    private static void add(Map<String, String> hints, String name, String value) {
        if (hints.size() < GenerationRequest.MOST_HINTS && value.length() <= GenerationRequest.LONGEST_HINT) {
            hints.put(name, value);
        }
    }
}
