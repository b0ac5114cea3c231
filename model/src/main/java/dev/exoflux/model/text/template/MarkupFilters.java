package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Filters that mark, escape or quote text. */
final class MarkupFilters {

    private MarkupFilters() {}

    static Object safe(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("safe", 0);
        return new Markup(Printer.str(value, rendering.budget()));
    }

    static Object forceEscape(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("forceescape", 0);
        return new Markup(Html.escape(Printer.str(value, rendering.budget()), rendering.budget()));
    }

    static Object escape(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("escape", 0);
        return Markup.escaped(value, rendering.budget());
    }

    static Object urlEncode(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("urlencode", 0);
        Budget budget = rendering.budget();
        if (Values.isText(value) || !Values.isIterable(value)) {
            return Html.quote(Printer.str(value, budget), false, budget);
        }
        Object pairs = value instanceof Dict dict ? new DictView(dict, DictView.Part.ITEMS) : value;
        List<String> parts = new ArrayList<>();
        for (Object pair : Values.toList(pairs, budget)) {
            List<Object> both = Values.toList(pair, budget);
            if (both.size() != 2) {
                throw new TemplateFailure("urlencode needs pairs of a name and a value");
            }
            parts.add(Html.quote(Printer.str(both.get(0), budget), true, budget) + "="
                    + Html.quote(Printer.str(both.get(1), budget), true, budget));
        }
        return String.join("&", parts);
    }

    static Object xmlAttributes(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("xmlattr", 0, "autospace");
        if (!(value instanceof Dict dict)) {
            throw new TemplateFailure("xmlattr needs a dict, not a " + Values.typeName(value));
        }
        Budget budget = rendering.budget();
        StringBuilder out = new StringBuilder();
        for (Dict.Entry entry : dict.entries()) {
            if (entry.value() == None.NONE || entry.value() instanceof Undefined) {
                continue;
            }
            checkName(entry.key());
            out.append(out.isEmpty() && !bound.truth(0, true) ? "" : " ")
                    .append(Markup.escaped(entry.key(), budget).text())
                    .append("=\"")
                    .append(Markup.escaped(entry.value(), budget).text())
                    .append('"');
        }
        return out.toString();
    }

    private static void checkName(Object key) {
        boolean valid =
                Values.isText(key) && Values.text(key).chars().noneMatch(c -> "/>= \t\n\r\f\u000b".indexOf(c) >= 0);
        if (!valid) {
            throw new TemplateFailure("xmlattr is given a name that no attribute may have");
        }
    }

    static Object fileSize(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("filesizeformat", 0, "binary");
        boolean binary = bound.truth(0, false);
        double bytes = NumberFilters.number("filesizeformat", value);
        int base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            BigInteger whole = NumberParsing.truncated(bytes);
            if (whole == null) {
                throw new TemplateFailure("filesizeformat needs a finite number");
            }
            return whole + " Bytes";
        }
        int power = 1;
        while (power < 8 && bytes >= Math.pow(base, power + 1)) {
            power++;
        }
        String prefix = String.valueOf((binary ? "KMGTPEZY" : "kMGTPEZY").charAt(power - 1)) + (binary ? "iB" : "B");
        double scaled = base * bytes / Math.pow(base, power + 1);
        return ValueFormat.format(scaled, ".1f", rendering.budget()) + " " + prefix;
    }
}
