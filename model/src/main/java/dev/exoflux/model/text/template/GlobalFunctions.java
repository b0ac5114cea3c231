package dev.exoflux.model.text.template;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions every template can call. */
final class GlobalFunctions {

    private static final Set<String> UNSUPPORTED = Set.of("lipsum", "self");

    private static final Map<String, Object> FUNCTIONS = Map.of(
            "range", new NativeFunction("range", GlobalFunctions::range),
            "dict", new NativeFunction("dict", (r, a) -> dict("dict", a, r.budget())),
            "namespace", new NativeFunction("namespace", GlobalFunctions::namespace),
            "cycler", new NativeFunction("cycler", GlobalFunctions::cycler),
            "joiner", new NativeFunction("joiner", GlobalFunctions::joiner),
            "raise_exception", new NativeFunction("raise_exception", GlobalFunctions::raise),
            "strftime_now", new NativeFunction("strftime_now", GlobalFunctions::now));

    private GlobalFunctions() {}

    /** The function of that name, or {@link Missing}; fails for what jinja2 has and this dialect has not. */
    static Object get(String name) {
        Object function = FUNCTIONS.get(name);
        if (function == null && UNSUPPORTED.contains(name)) {
            throw TemplateFailure.unsupported("'" + name + "'");
        }
        return function == null ? Missing.MISSING : function;
    }

    private static Object range(Rendering rendering, Arguments arguments) {
        Bound bound = arguments.bindPositional("range", 1, "start", "stop", "step");
        BigInteger first = bound.integer(0);
        return bound.has(1)
                ? Range.of(first, bound.integer(1), bound.has(2) ? bound.integer(2) : BigInteger.ONE)
                : Range.of(BigInteger.ZERO, first, BigInteger.ONE);
    }

    private static Dict dict(String callee, Arguments arguments, Budget budget) {
        if (arguments.positional().size() > 1) {
            throw new TemplateFailure(callee + " takes at most one positional argument");
        }
        Dict dict = new Dict();
        for (Object source : arguments.positional()) {
            addAll(source, dict, budget);
        }
        arguments.named().forEach((name, value) -> dict.put(name, value, budget));
        budget.items(dict.size());
        return dict;
    }

    private static void addAll(Object source, Dict into, Budget budget) {
        if (source instanceof Dict other) {
            other.entries().forEach(entry -> into.put(entry.key(), entry.value(), budget));
            return;
        }
        if (source instanceof Undefined undefined) {
            throw undefined.failure();
        }
        for (Object pair : Values.toList(source, budget)) {
            List<Object> both = Values.toList(pair, budget);
            if (both.size() != 2) {
                throw new TemplateFailure("a dict is made of pairs of a key and a value");
            }
            into.put(both.get(0), both.get(1), budget);
        }
    }

    static @Nullable Object ofDict(String name) {
        return name.equals("fromkeys") ? new NativeFunction(name, GlobalFunctions::fromKeys) : null;
    }

    static Object fromKeys(Rendering rendering, Arguments arguments) {
        Bound bound = arguments.bindPositional("fromkeys", 1, "iterable", "value");
        Dict dict = new Dict();
        for (Object key : Values.toList(bound.get(0), rendering.budget())) {
            dict.put(key, bound.or(1, None.NONE), rendering.budget());
        }
        return dict;
    }

    private static Object namespace(Rendering rendering, Arguments arguments) {
        Dict attributes = dict("namespace", arguments, rendering.budget());
        attributes.keys().forEach(Namespace::checkName);
        return new Namespace(attributes);
    }

    private static Object cycler(Rendering rendering, Arguments arguments) {
        if (arguments.positional().isEmpty() || !arguments.named().isEmpty()) {
            throw new TemplateFailure("cycler needs something to cycle through");
        }
        return new Cycler(List.copyOf(arguments.positional()));
    }

    /** A function that returns nothing the first time it is called, and its separator from then on. */
    private static Object joiner(Rendering rendering, Arguments arguments) {
        Object separator = arguments.bind("joiner", 0, "sep").or(0, ", ");
        boolean[] used = {false};
        return new NativeFunction("joiner", (r, a) -> {
            a.bind("joiner", 0);
            Object value = used[0] ? separator : "";
            used[0] = true;
            return value;
        });
    }

    /** The template's own words to the user: not ours to wrap. */
    private static Object raise(Rendering rendering, Arguments arguments) {
        Object message = arguments.bind("raise_exception", 1, "message").get(0);
        throw new ExofluxException(ErrorCode.TEMPLATE_ERROR, Printer.str(message, rendering.budget()));
    }

    private static Object now(Rendering rendering, Arguments arguments) {
        String format = arguments.bind("strftime_now", 1, "format").text(0);
        String text = Strftime.format(format, rendering.now());
        rendering.budget().characters(text.length());
        return text;
    }
}
