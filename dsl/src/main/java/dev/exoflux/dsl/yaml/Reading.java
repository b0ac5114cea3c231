package dev.exoflux.dsl.yaml;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What becomes known while a file is read: its problems, and where the things stood that are looked at again later. */
final class Reading {

    /** Problems of one file that are worth telling. */
    static final int MOST_PROBLEMS = 100;

    private final List<Problem> problems = new ArrayList<>();
    private final IdentityHashMap<Object, Place> places = new IdentityHashMap<>();

    List<Problem> problems() {
        return problems;
    }

    /** Reports a problem; ends the reading where there are too many already. */
    void problem(Place place, String key, String message) {
        if (problems.size() >= MOST_PROBLEMS) {
            throw new Refusal(place, "There are more problems from here on.\nMaybe mend those above first.");
        }
        problems.add(new Problem(place, key, message));
    }

    /** Reports that a value is not what its key takes; null, for whoever returns with that. */
    <T> @Nullable T wrong(String key, YamlValue value, Form<T> form) {
        String help = form.help(value);
        problem(
                value.place(),
                key,
                "%s is %s; it has to be %s.%s"
                        .formatted(key, value.told(), form.told(), help.isEmpty() ? "" : "\n" + help));
        return null;
    }

    /** Reports what a constructor refused. */
    void refused(Place place, ExofluxException e) {
        problem(place, Optional.ofNullable(e.parameter()).orElse(""), String.valueOf(e.getMessage()));
    }

    /** Remembers where {@code thing} stood. */
    void place(Object thing, Place place) {
        places.put(thing, place);
    }

    Place placeOf(Object thing) {
        return places.getOrDefault(thing, Place.START);
    }
}
