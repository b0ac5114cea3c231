package dev.exoflux.model.text.template;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters by name: {@code value|name(arguments)}. */
final class Filters {

    /** What jinja2 has and no chat template needs. */
    private static final Set<String> UNSUPPORTED = Set.of("pprint", "random", "striptags", "urlize", "wordwrap");

    private static final Set<String> NAMES = Set.of(
            "abs",
            "attr",
            "batch",
            "capitalize",
            "center",
            "count",
            "d",
            "default",
            "dictsort",
            "e",
            "escape",
            "filesizeformat",
            "first",
            "float",
            "forceescape",
            "format",
            "groupby",
            "indent",
            "int",
            "items",
            "join",
            "last",
            "length",
            "list",
            "lower",
            "map",
            "max",
            "min",
            "reject",
            "rejectattr",
            "replace",
            "reverse",
            "round",
            "safe",
            "select",
            "selectattr",
            "slice",
            "sort",
            "string",
            "sum",
            "title",
            "tojson",
            "trim",
            "truncate",
            "unique",
            "upper",
            "urlencode",
            "wordcount",
            "xmlattr");

    private Filters() {}

    static Object apply(Rendering r, String name, Object value, Arguments a) {
        return switch (name) {
            case "abs" -> NumberFilters.absolute(value, a);
            case "attr" -> SequenceFilters.attribute(r, value, a);
            case "batch" -> SequenceFilters.batch(r, value, a);
            case "capitalize" -> TextFilters.capitalize(r, value, a);
            case "center" -> TextFilters.center(r, value, a);
            case "count", "length" -> SequenceFilters.length(r, value, a);
            case "d", "default" -> SequenceFilters.defaultValue(r, value, a);
            case "dictsort" -> OrderingFilters.dictSort(r, value, a);
            case "e", "escape" -> MarkupFilters.escape(r, value, a);
            case "filesizeformat" -> MarkupFilters.fileSize(r, value, a);
            case "first" -> SequenceFilters.first(r, value, a);
            case "float" -> NumberFilters.toFloat(r, value, a);
            case "forceescape" -> MarkupFilters.forceEscape(r, value, a);
            case "format" -> TextFilters.format(r, value, a);
            case "groupby" -> OrderingFilters.groupBy(r, value, a);
            case "indent" -> TextFilters.indent(r, value, a);
            case "int" -> NumberFilters.toInt(r, value, a);
            case "items" -> SequenceFilters.items(r, value, a);
            case "join" -> SequenceFilters.join(r, value, a);
            case "last" -> SequenceFilters.last(r, value, a);
            case "list" -> SequenceFilters.list(r, value, a);
            case "lower" -> TextFilters.lower(r, value, a);
            case "map" -> SelectionFilters.map(r, value, a);
            case "max", "min" -> OrderingFilters.extreme(name, r, value, a);
            case "reject" -> SelectionFilters.select(r, value, a, false, false);
            case "rejectattr" -> SelectionFilters.select(r, value, a, true, false);
            case "replace" -> TextFilters.replace(r, value, a);
            case "reverse" -> SequenceFilters.reverse(r, value, a);
            case "round" -> NumberFilters.round(r, value, a);
            case "safe" -> MarkupFilters.safe(r, value, a);
            case "select" -> SelectionFilters.select(r, value, a, false, true);
            case "selectattr" -> SelectionFilters.select(r, value, a, true, true);
            case "slice" -> SequenceFilters.slice(r, value, a);
            case "sort" -> OrderingFilters.sort(r, value, a);
            case "string" -> TextFilters.string(r, value, a);
            case "sum" -> NumberFilters.sum(r, value, a);
            case "title" -> TextFilters.title(r, value, a);
            case "tojson" -> JsonFilter.apply(r, value, a);
            case "trim" -> TextFilters.trim(r, value, a);
            case "truncate" -> TextFilters.truncate(r, value, a);
            case "unique" -> OrderingFilters.unique(r, value, a);
            case "upper" -> TextFilters.upper(r, value, a);
            case "urlencode" -> MarkupFilters.urlEncode(r, value, a);
            case "wordcount" -> TextFilters.wordCount(r, value, a);
            case "xmlattr" -> MarkupFilters.xmlAttributes(r, value, a);
            default -> throw unknown(name);
        };
    }

    /** Fails, with this place, when there is no filter of that name. */
    static void require(String name, Position at) {
        if (!NAMES.contains(name)) {
            throw unknown(name).at(at);
        }
    }

    /** Whether a template may use it; fails for one that jinja2 has and this dialect has not. */
    static boolean exists(String name) {
        if (UNSUPPORTED.contains(name)) {
            throw unknown(name);
        }
        return NAMES.contains(name);
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
