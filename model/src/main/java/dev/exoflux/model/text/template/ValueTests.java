package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The tests by name: {@code value is name(arguments)}. */
final class ValueTests {

    interface Test {
        boolean holds(Rendering rendering, Object value, Arguments arguments);
    }

    private static final BigInteger SMALLEST_SHARED = BigInteger.valueOf(-5);
    private static final BigInteger LARGEST_SHARED = BigInteger.valueOf(256);

    private static final Map<String, Test> TESTS = tests();

    private ValueTests() {}

    private static Map<String, Test> tests() {
        Map<String, Test> tests = new HashMap<>();
        types(tests);
        comparisons(tests);
        tests.put("odd", (r, value, a) -> remainderIs(1, "odd", value, a, r.budget()));
        tests.put("even", (r, value, a) -> remainderIs(0, "even", value, a, r.budget()));
        tests.put("divisibleby", (r, value, a) -> {
            Object divisor = a.bind("divisibleby", 1, "num").get(0);
            return Comparisons.equal(Operators.apply("%", value, divisor, r.budget()), BigInteger.ZERO, r.budget());
        });
        tests.put("lower", (r, value, a) -> none(a) && StringQueries.isLower(Printer.str(value, r.budget())));
        tests.put("upper", (r, value, a) -> none(a) && StringQueries.isUpper(Printer.str(value, r.budget())));
        tests.put(
                "sameas",
                (r, value, a) -> same(value, a.bind("sameas", 1, "other").get(0)));
        tests.put(
                "in",
                (r, value, a) -> Comparisons.contains(a.bind("in", 1, "seq").get(0), value, r.budget()));
        tests.put(
                "filter",
                (r, value, a) -> none(a) && Keys.of(value, r.budget()) instanceof String s && Filters.exists(s));
        tests.put("test", (r, value, a) -> none(a) && Keys.of(value, r.budget()) instanceof String s && exists(s));
        return tests;
    }

    private static void types(Map<String, Test> tests) {
        Map<String, Predicate<Object>> types = new HashMap<>();
        types.put("defined", value -> !(value instanceof Undefined));
        types.put("undefined", value -> value instanceof Undefined);
        types.put("none", value -> value == None.NONE);
        types.put("boolean", value -> value instanceof Boolean);
        types.put("true", value -> value instanceof Boolean bool && bool);
        types.put("false", value -> value instanceof Boolean bool && !bool);
        types.put("integer", value -> value instanceof BigInteger);
        types.put("float", value -> value instanceof Double);
        types.put("number", Values::isNumber);
        types.put("string", Values::isText);
        types.put("mapping", value -> value instanceof Dict);
        types.put("sequence", Values::isSequence);
        types.put("iterable", Values::isIterable);
        types.put("callable", value -> value instanceof Callable || value instanceof Undefined);
        types.put("escaped", value -> value instanceof Markup);
        types.forEach((name, type) -> tests.put(name, (rendering, value, a) -> none(a) && type.test(value)));
    }

    private static void comparisons(Map<String, Test> tests) {
        Map<String, String> operators = new HashMap<>();
        for (String name : new String[] {"==", "eq", "equalto"}) {
            operators.put(name, "==");
        }
        for (String name : new String[] {">", "gt", "greaterthan"}) {
            operators.put(name, ">");
        }
        for (String name : new String[] {"<", "lt", "lessthan"}) {
            operators.put(name, "<");
        }
        operators.putAll(Map.of("!=", "!=", "ne", "!=", ">=", ">=", "ge", ">=", "<=", "<=", "le", "<="));
        operators.forEach((name, operator) -> tests.put(
                name,
                (r, value, a) -> Comparisons.holds(
                        operator, value, a.bindPositional(name, 1, "other").get(0), r.budget())));
    }

    private static boolean none(Arguments arguments) {
        arguments.bind("this test", 0);
        return true;
    }

    private static boolean remainderIs(int expected, String test, Object value, Arguments arguments, Budget budget) {
        arguments.bind(test, 0);
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

    private static boolean exists(String name) {
        return TESTS.containsKey(name);
    }

    static boolean test(Rendering rendering, String name, Object value, Arguments arguments) {
        Test test = TESTS.get(name);
        if (test == null) {
            throw new TemplateFailure("no test named '" + name + "'");
        }
        return test.holds(rendering, value, arguments);
    }

    /** Fails, with this place, when there is no test of that name. */
    static void require(String name, Position at) {
        if (!exists(name)) {
            throw new TemplateFailure("no test named '" + name + "'", at);
        }
    }
}
