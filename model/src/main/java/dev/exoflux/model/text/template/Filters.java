package dev.exoflux.model.text.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters by name: {@code value|name(arguments)}. */
final class Filters {

    interface Filter {
        Object apply(Rendering rendering, Object value, Arguments arguments);
    }

    /** What jinja2 has and no chat template needs. */
    private static final Set<String> UNSUPPORTED = Set.of("pprint", "random", "striptags", "urlize", "wordwrap");

    private static final Map<String, Filter> FILTERS = filters();

    private Filters() {}

    private static Map<String, Filter> filters() {
        Map<String, Filter> filters = new HashMap<>();
        TextFilters.addTo(filters);
        MarkupFilters.addTo(filters);
        NumberFilters.addTo(filters);
        SequenceFilters.addTo(filters);
        SelectionFilters.addTo(filters);
        OrderingFilters.addTo(filters);
        JsonFilter.addTo(filters);
        return Map.copyOf(filters);
    }

    static Object apply(Rendering rendering, String name, Object value, Arguments arguments) {
        Filter filter = FILTERS.get(name);
        if (filter == null) {
            throw unknown(name);
        }
        return filter.apply(rendering, value, arguments);
    }

    /** Fails, with this place, when there is no filter of that name. */
    static void require(String name, Position at) {
        if (!FILTERS.containsKey(name)) {
            throw unknown(name).at(at);
        }
    }

    /** Whether a template may use it; fails for one that jinja2 has and this dialect has not. */
    static boolean exists(String name) {
        if (UNSUPPORTED.contains(name)) {
            throw unknown(name);
        }
        return FILTERS.containsKey(name);
    }

    private static TemplateFailure unknown(String name) {
        return UNSUPPORTED.contains(name)
                ? TemplateFailure.unsupported("the filter '" + name + "'")
                : new TemplateFailure("no filter named '" + name + "'");
    }

    /** The value as a string that filters for text work on; safe text stays safe. */
    static Object softText(Object value, Budget budget) {
        return Values.isText(value) ? value : Printer.str(value, budget);
    }

    /** {@code text} as what a filter makes of {@code origin}: safe text where that is. */
    static Object made(@Nullable Object origin, String text, Budget budget) {
        budget.characters(text.length());
        return origin instanceof Markup ? new Markup(text) : text;
    }
}
