package dev.exoflux.model.text.template;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Supplier;

/** What one rendering of a template knows: its variables, its clock, what it may still spend, and where it is. */
final class Rendering {

    private final Map<String, Object> variables;
    private final Supplier<LocalDateTime> now;
    private final Budget budget;
    private Position position = Position.START;

    Rendering(Map<String, Object> variables, Supplier<LocalDateTime> now, Budget budget) {
        this.variables = variables;
        this.now = now;
        this.budget = budget;
    }

    Budget budget() {
        return budget;
    }

    LocalDateTime now() {
        return now.get();
    }

    /** Says what is about to be done, for the message of a failure. */
    void at(Position place) {
        position = place;
    }

    Position position() {
        return position;
    }

    /** The variable the template was given, else the global function of that name, else {@link Missing}. */
    Object resolve(String name) {
        Object given = variables.get(name);
        return given != null ? given : GlobalFunctions.get(name);
    }
}
