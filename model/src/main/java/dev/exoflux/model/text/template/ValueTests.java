package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.Set;

/** The tests by name: {@code value is name(arguments)}. */
final class ValueTests {

    private static final BigInteger SMALLEST_SHARED = BigInteger.valueOf(-5);
    private static final BigInteger LARGEST_SHARED = BigInteger.valueOf(256);

    private static final Set<String> NAMES = Set.of(
            "!=",
            "<",
            "<=",
            "==",
            ">",
            ">=",
            "boolean",
            "callable",
            "defined",
            "divisibleby",
            "eq",
            "equalto",
            "escaped",
            "even",
            "false",
            "filter",
            "float",
            "ge",
            "greaterthan",
            "gt",
            "in",
            "integer",
            "iterable",
            "le",
            "lessthan",
            "lower",
            "lt",
            "mapping",
            "ne",
            "none",
            "number",
            "odd",
            "sameas",
            "sequence",
            "string",
            "test",
            "true",
            "undefined",
            "upper");

    private ValueTests() {}

    static boolean test(Rendering rendering, String name, Object value, Arguments a) {
        Budget budget = rendering.budget();
        return switch (name) {
            case "==", "eq", "equalto" -> compare("==", name, value, a, budget);
            case "!=", "ne" -> compare("!=", name, value, a, budget);
            case ">", "gt", "greaterthan" -> compare(">", name, value, a, budget);
            case ">=", "ge" -> compare(">=", name, value, a, budget);
            case "<", "lt", "lessthan" -> compare("<", name, value, a, budget);
            case "<=", "le" -> compare("<=", name, value, a, budget);
            case "in" -> Comparisons.contains(a.bind(name, 1, "seq").get(0), value, budget);
            case "sameas" -> same(value, a.bind(name, 1, "other").get(0));
            case "divisibleby" -> isDivisible(value, a.bind(name, 1, "num").get(0), budget);
            default -> {
                a.bind("the test '" + name + "'", 0);
                yield isOfKind(name, value, budget);
            }
        };
    }

    /** The tests that take no argument. */
    private static boolean isOfKind(String name, Object value, Budget budget) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value instanceof Boolean bool && bool;
            case "false" -> value instanceof Boolean bool && !bool;
            case "integer" -> value instanceof BigInteger;
            case "float" -> value instanceof Double;
            case "number" -> Values.isNumber(value);
            case "string" -> Values.isText(value);
            case "mapping" -> value instanceof Dict;
            case "sequence" -> Values.isSequence(value);
            case "iterable" -> Values.isIterable(value);
            case "callable" -> value instanceof Callable || value instanceof Undefined;
            case "escaped" -> value instanceof Markup;
            case "odd" -> remainderIs(1, value, budget);
            case "even" -> remainderIs(0, value, budget);
            case "lower" -> StringQueries.isLower(Printer.str(value, budget));
            case "upper" -> StringQueries.isUpper(Printer.str(value, budget));
            case "filter" -> Keys.of(value, budget) instanceof String filter && Filters.exists(filter);
            case "test" -> Keys.of(value, budget) instanceof String test && NAMES.contains(test);
            default -> throw unknown(name);
        };
    }

    private static boolean compare(String operator, String name, Object value, Arguments arguments, Budget budget) {
        return Comparisons.holds(
                operator, value, arguments.bindPositional(name, 1, "other").get(0), budget);
    }

    private static boolean isDivisible(Object value, Object divisor, Budget budget) {
        return Comparisons.equal(Operators.apply("%", value, divisor, budget), BigInteger.ZERO, budget);
    }

    private static boolean remainderIs(int expected, Object value, Budget budget) {
        Object remainder = Operators.apply("%", value, BigInteger.TWO, budget);
        return Comparisons.equal(remainder, BigInteger.valueOf(expected), budget);
    }

    /** Python's {@code is}; it shares small integers, and so constants of them are the same. */
    private static boolean same(Object value, Object other) {
        if (value instanceof BigInteger a && other instanceof BigInteger b) {
            return a.equals(b) && a.compareTo(SMALLEST_SHARED) >= 0 && a.compareTo(LARGEST_SHARED) <= 0;
        }
        return value instanceof Boolean ? value.equals(other) : Comparisons.identical(value, other);
    }

    /** Fails, with this place, when there is no test of that name. */
    static void require(String name, Position at) {
        if (!NAMES.contains(name)) {
            throw unknown(name).at(at);
        }
    }

    private static TemplateFailure unknown(String name) {
        return new TemplateFailure("no test named '" + name + "'");
    }
}
