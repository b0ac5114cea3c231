package dev.exoflux.model.text.template;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Python calls the attributes of a value, which are mostly its methods. Those that begin with an underscore or
 * change a value are shut off by the sandbox: they are undefined, and using them fails.
 */
final class Attributes {

    private static final Set<String> CHANGES_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> NUMBER_ATTRIBUTES = Set.of(
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "fromhex",
            "hex",
            "imag",
            "numerator",
            "real",
            "to_bytes");
    private static final Set<String> ITERATOR_ATTRIBUTES = Set.of("send", "throw", "close");

    private Attributes() {}

    /** The attribute of that name, or null where the value has none. */
    static @Nullable Object find(Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (name.startsWith("__") && name.endsWith("__") && name.length() > 4) {
            return shutOff(value, name);
        }
        return switch (value) {
            case String text -> StringMethods.find(text, name);
            case Markup markup -> StringMethods.find(markup, name);
            case Dict dict -> CHANGES_DICT.contains(name) ? shutOff(value, name) : ContainerMethods.ofDict(dict, name);
            case List<?> list ->
                CHANGES_LIST.contains(name) ? shutOff(value, name) : ContainerMethods.ofList(Values.asList(list), name);
            case Tuple tuple -> ContainerMethods.ofTuple(tuple, name);
            case Range range -> ContainerMethods.ofRange(range, name);
            case Namespace namespace -> namespace.attributes().get(name);
            case Loop loop -> loop.attribute(name);
            case Cycler cycler -> cycler.attribute(name);
            case Macro macro -> macro(macro.definition(), name);
            case Double number
            when name.equals("is_integer") ->
                new NativeFunction(name, (rendering, arguments) -> {
                    arguments.bind(name, 0);
                    return number == Math.rint(number) && !Double.isInfinite(number);
                });
            case Once once -> refuse(ITERATOR_ATTRIBUTES, value, name);
            case NativeFunction function -> function.name().equals("dict") ? GlobalFunctions.ofDict(name) : null;
            default -> Values.isNumber(value) ? refuse(NUMBER_ATTRIBUTES, value, name) : null;
        };
    }

    private static Undefined shutOff(Object value, String name) {
        return new Undefined("the attribute '" + name + "' of a " + Values.typeName(value) + " is unsafe");
    }

    /** What Python has and this dialect has not must not look as if it were not there. */
    static @Nullable Object refuse(Set<String> known, Object value, String name) {
        if (known.contains(name)) {
            throw TemplateFailure.unsupported("the attribute '" + name + "' of a " + Values.typeName(value));
        }
        return null;
    }

    private static @Nullable Object macro(MacroBody definition, String name) {
        return switch (name) {
            case "name" -> definition.name().isEmpty() ? None.NONE : definition.name();
            case "arguments" -> new Tuple(List.copyOf(definition.parameters()));
            case "catch_kwargs" -> definition.usesKwargs();
            case "catch_varargs" -> definition.usesVarargs();
            case "caller" -> definition.usesCaller();
            default -> null;
        };
    }
}
