package dev.exoflux.web.openai;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Priority;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.web.http.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;

/**
 * How much a request presses: in its body as {@code "exoflux": {"priority": "high", "deadline": 2.5}}, or in headers.
 *
 * @param priority null where nothing is said of it
 * @param patience from its arrival until its answer has to have ended; null where nothing is said of it
 */
record Urgency(@Nullable Priority priority, @Nullable Duration patience) {

    static final String PRIORITY = "X-Exoflux-Priority";
    static final String DEADLINE = "X-Exoflux-Deadline";

    /** Longest time to a deadline. */
    static final Duration LONGEST = Duration.ofDays(1);

    private static final String PRIORITIES = "it must be high, normal or low";
    private static final String SECONDS =
            "it must be seconds, more than 0 and at most " + LONGEST.toSeconds() + ", such as 2.5";
    private static final Urgency NONE = new Urgency(null, null);

    /** What a body says. */
    static Urgency read(Fields body) {
        Fields ours = body.object("exoflux");
        if (ours == null) {
            return NONE;
        }
        String priority = ours.text("priority");
        Float deadline = ours.number("deadline");
        ours.refuseOthers();
        return new Urgency(
                priority == null
                        ? null
                        : Priority.of(priority)
                                .orElseThrow(() -> ours.wrong("priority", value(ours, "priority"), PRIORITIES)),
                deadline == null
                        ? null
                        : patience(deadline, () -> ours.wrong("deadline", value(ours, "deadline"), SECONDS)));
    }

    private static JsonNode value(Fields fields, String name) {
        return Objects.requireNonNull(fields.value(name));
    }

    /**
     * The same with what headers say where the body says nothing.
     *
     * @throws ExofluxException INVALID_REQUEST for values that mean nothing, and where the two say different things
     */
    Urgency or(HttpHeaders headers) {
        String level = headers.getFirst(PRIORITY);
        String seconds = headers.getFirst(DEADLINE);
        Priority said =
                level == null ? null : Priority.of(level.strip()).orElseThrow(() -> wrong(PRIORITY, level, PRIORITIES));
        Duration allowed = seconds == null ? null : patience(number(seconds), () -> wrong(DEADLINE, seconds, SECONDS));
        return new Urgency(agreed(PRIORITY, level, said, priority), agreed(DEADLINE, seconds, allowed, patience));
    }

    private static <T> @Nullable T agreed(
            String header, @Nullable String written, @Nullable T said, @Nullable T inBody) {
        if (said != null && inBody != null && !said.equals(inBody)) {
            throw wrong(header, String.valueOf(written), "the body says otherwise, and both mean the same");
        }
        return said == null ? inBody : said;
    }

    private static float number(String seconds) {
        try {
            return Float.parseFloat(seconds.strip());
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }

    private static Duration patience(float seconds, Supplier<ExofluxException> wrong) {
        if (!(seconds > 0) || seconds > LONGEST.toSeconds()) {
            throw wrong.get();
        }
        return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000.0)));
    }

    private static ExofluxException wrong(String header, String value, String reason) {
        String shown = value.length() <= 80 ? value : value.substring(0, 80) + "...";
        return ExofluxException.invalid(header, "%s is '%s': %s.".formatted(header, shown, reason));
    }

    /** How the request stands beside others that has arrived now. */
    Scheduling from(Instant now) {
        return Scheduling.DEFAULT
                .withPriority(priority == null ? Priority.NORMAL : priority)
                .withDeadline(patience == null ? null : now.plus(patience));
    }
}
