package dev.exoflux.model.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Filters that make numbers, or of numbers. */
final class NumberFilters {

    private static final int MAX_PRECISION = 400;

    private NumberFilters() {}

    static Object absolute(Object value, Arguments arguments) {
        arguments.bind("abs", 0);
        return Numbers.absolute(required("abs", value));
    }

    private static Object required(String filter, Object value) {
        if (!Values.isNumber(value)) {
            throw new TemplateFailure(
                    "the filter '%s' needs a number, not a %s".formatted(filter, Values.typeName(value)));
        }
        return value;
    }

    /** Python's {@code float(value)}, or a failure. */
    static double number(String filter, Object value) {
        Double number = floatOrNull(value);
        if (number == null) {
            throw new TemplateFailure(
                    "the filter '%s' needs a number, not a %s".formatted(filter, Values.typeName(value)));
        }
        return number;
    }

    private static @Nullable Double floatOrNull(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (Values.isText(value)) {
            return NumberParsing.decimal(Values.text(value));
        }
        return Values.isNumber(value) ? Double.valueOf(Numbers.toDouble(value)) : null;
    }

    static Object toFloat(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("float", 0, "default");
        Double number = floatOrNull(value);
        return number != null ? number : bound.or(0, 0.0);
    }

    static Object toInt(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("int", 0, "default", "base");
        if (Numbers.isInteger(value)) {
            return Numbers.toInteger(value);
        }
        if (value instanceof Double number && Double.isInfinite(number)) {
            throw new TemplateFailure("infinity has no integer value");
        }
        BigInteger whole = Values.isText(value) ? NumberParsing.integer(Values.text(value), bound.count(1, 10)) : null;
        if (whole == null) {
            Double number = floatOrNull(value);
            whole = number == null ? null : NumberParsing.truncated(number);
        }
        return whole != null ? whole : bound.or(0, BigInteger.ZERO);
    }

    static Object round(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("round", 0, "precision", "method");
        int precision = bound.count(0, 0);
        String method = bound.text(1, "common");
        required("round", value);
        return switch (method) {
            case "common" -> rounded(value, precision);
            case "ceil" -> directed(value, bound, RoundingMode.CEILING);
            case "floor" -> directed(value, bound, RoundingMode.FLOOR);
            default ->
                throw new TemplateFailure("the filter 'round' knows common, ceil and floor, not '" + method + "'");
        };
    }

    private static Object rounded(Object value, int precision) {
        if (!(value instanceof Double number)) {
            BigInteger whole = Numbers.toInteger(value);
            if (precision >= 0) {
                return whole;
            }
            return new BigDecimal(whole)
                    .setScale(Math.max(precision, -Floats.MAX_PRECISION * 20), RoundingMode.HALF_EVEN)
                    .toBigInteger();
        }
        if (Double.isNaN(number) || Double.isInfinite(number) || precision > MAX_PRECISION) {
            return number;
        }
        double result = new BigDecimal(number)
                .setScale(Math.max(precision, -MAX_PRECISION), RoundingMode.HALF_EVEN)
                .doubleValue();
        return Math.copySign(result, number);
    }

    /** {@code ceil(value * 10**precision) / 10**precision}, with the roundings of each of these steps. */
    private static Object directed(Object value, Bound bound, RoundingMode mode) {
        Object precision = bound.or(0, BigInteger.ZERO);
        Object factor = Numbers.arithmetic("**", BigInteger.TEN, precision);
        Object scaled = Numbers.arithmetic("*", value, factor);
        if (scaled instanceof Double number) {
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new TemplateFailure("the filter 'round' needs a finite number");
            }
            scaled = new BigDecimal(number).setScale(0, mode).toBigInteger();
        }
        return Numbers.arithmetic("/", scaled, factor);
    }

    static Object sum(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("sum", 0, "attribute", "start");
        Budget budget = rendering.budget();
        Object total = bound.or(1, BigInteger.ZERO);
        if (Values.isText(total)) {
            throw new TemplateFailure("the filter 'sum' cannot add strings").advise("Maybe use the filter 'join'.");
        }
        ItemKey key = ItemKey.attribute(rendering, bound.or(0, None.NONE), None.NONE);
        for (Object item : Values.toList(value, budget)) {
            total = Operators.apply("+", total, key.of(item), budget);
        }
        return total;
    }
}
