package dev.exoflux.model.text.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filter {@code tojson} as transformers has it: JSON without any escapes for HTML. */
final class JsonFilter {

    private JsonFilter() {}

    static Object apply(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        Budget budget = rendering.budget();
        String indent = indent(bound, budget);
        String itemSeparator = indent == null ? ", " : ",";
        String keySeparator = ": ";
        if (bound.hasValue(2)) {
            List<Object> separators = Values.toList(bound.get(2), budget);
            if (separators.size() != 2 || !separators.stream().allMatch(Values::isText)) {
                throw bound.wrong(2, "two strings");
            }
            itemSeparator = Values.text(separators.get(0));
            keySeparator = Values.text(separators.get(1));
        }
        Json.Style style =
                new Json.Style(bound.truth(0, false), indent, itemSeparator, keySeparator, bound.truth(3, false));
        return Json.write(value, style, budget);
    }

    private static @Nullable String indent(Bound bound, Budget budget) {
        if (!bound.hasValue(1)) {
            return null;
        }
        return Values.isText(bound.get(1)) ? bound.text(1) : PythonText.repeat(" ", bound.count(1, 0), budget);
    }
}
