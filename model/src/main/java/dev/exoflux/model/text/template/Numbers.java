package dev.exoflux.model.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Arithmetic with Python's meaning: integers of any size (within reason), floats, and booleans that are 0 and 1. */
final class Numbers {

    private static final int MAX_BITS = 1 << 15;
    private static final int EXACT_BITS = 53;

    private Numbers() {}

    /** An operation on two values of which both are numbers. */
    static Object arithmetic(String operator, Object left, Object right) {
        if (left instanceof Double || right instanceof Double) {
            return floats(operator, toDouble(left), toDouble(right));
        }
        return integers(operator, toInteger(left), toInteger(right));
    }

    private static Object integers(String operator, BigInteger a, BigInteger b) {
        return switch (operator) {
            case "+" -> limited(a.add(b));
            case "-" -> limited(a.subtract(b));
            case "*" -> limited(a.multiply(b));
            case "/" -> divide(a, nonZero(b));
            case "//" -> floorDivide(a, nonZero(b));
            case "%" -> a.subtract(floorDivide(a, nonZero(b)).multiply(b));
            case "**" -> b.signum() < 0 ? floats("**", toDouble(a), toDouble(b)) : power(a, b);
            default -> throw new IllegalStateException(operator);
        };
    }

    static BigInteger limited(BigInteger value) {
        if (value.bitLength() > MAX_BITS) {
            throw new TemplateFailure("an integer grows beyond " + MAX_BITS + " bits");
        }
        return value;
    }

    private static BigInteger nonZero(BigInteger divisor) {
        if (divisor.signum() == 0) {
            throw divisionByZero();
        }
        return divisor;
    }

    private static TemplateFailure divisionByZero() {
        return new TemplateFailure("division by zero");
    }

    private static Double divide(BigInteger a, BigInteger b) {
        if (a.bitLength() <= EXACT_BITS && b.bitLength() <= EXACT_BITS) {
            return a.doubleValue() / b.doubleValue();
        }
        double quotient = new BigDecimal(a)
                .divide(new BigDecimal(b), new MathContext(60, RoundingMode.HALF_EVEN))
                .doubleValue();
        return finite(quotient);
    }

    private static BigInteger floorDivide(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        boolean below = parts[1].signum() != 0 && parts[1].signum() != b.signum();
        return below ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    private static BigInteger power(BigInteger base, BigInteger exponent) {
        if (base.abs().compareTo(BigInteger.ONE) <= 0) {
            boolean positive = base.signum() >= 0 || !exponent.testBit(0);
            return exponent.signum() == 0 ? BigInteger.ONE : positive ? base.abs() : base;
        }
        if (exponent.bitLength() > 31 || (long) (base.bitLength() - 1) * exponent.intValue() > MAX_BITS) {
            throw new TemplateFailure("an integer grows beyond " + MAX_BITS + " bits");
        }
        return limited(base.pow(exponent.intValue()));
    }

    private static Object floats(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / nonZero(b);
            case "//" -> floorDivide(a, nonZero(b));
            case "%" -> modulo(a, nonZero(b));
            case "**" -> power(a, b);
            default -> throw new IllegalStateException(operator);
        };
    }

    private static double nonZero(double divisor) {
        if (divisor == 0) {
            throw divisionByZero();
        }
        return divisor;
    }

    private static double modulo(double a, double b) {
        double remainder = a % b;
        if (remainder == 0) {
            return Math.copySign(0.0, b);
        }
        return (b < 0) == (remainder < 0) ? remainder : remainder + b;
    }

    private static double floorDivide(double a, double b) {
        double remainder = a % b;
        double quotient = (a - remainder) / b;
        if (remainder != 0 && (b < 0) != (remainder < 0)) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0.0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double power(double a, double b) {
        if (a == 0 && b < 0) {
            throw divisionByZero();
        }
        if (a < 0 && b != Math.rint(b) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
            throw TemplateFailure.unsupported("a complex number");
        }
        if (a == 1 || b == 0) {
            return 1;
        }
        boolean infinite = Double.isInfinite(a) || Double.isInfinite(b);
        double result = a == -1 && infinite ? 1 : Math.pow(a, b);
        return infinite ? result : finite(result);
    }

    private static double finite(double value) {
        if (Double.isInfinite(value)) {
            throw new TemplateFailure("a number is too large for a float");
        }
        return value;
    }

    static Object negate(Object value) {
        return value instanceof Double number
                ? (Object) (-number)
                : toInteger(value).negate();
    }

    static Object absolute(Object value) {
        return value instanceof Double number
                ? (Object) Math.abs(number)
                : toInteger(value).abs();
    }

    /** An int or a bool as an int. */
    static BigInteger toInteger(Object value) {
        if (value instanceof Boolean bool) {
            return bool ? BigInteger.ONE : BigInteger.ZERO;
        }
        return (BigInteger) value;
    }

    static double toDouble(Object number) {
        return number instanceof Double value ? value : finite(toInteger(number).doubleValue());
    }

    static boolean isInteger(Object value) {
        return value instanceof BigInteger || value instanceof Boolean;
    }

    static int clampToInt(BigInteger value) {
        if (value.bitLength() < 32) {
            return value.intValue();
        }
        return value.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }

    static BigInteger of(long value) {
        return BigInteger.valueOf(value);
    }

    static boolean isNan(Object number) {
        return number instanceof Double value && Double.isNaN(value);
    }

    /** Compares two numbers, neither of them NaN, exactly. */
    static int compare(Object left, Object right) {
        if (left instanceof Double a && right instanceof Double b) {
            return a.doubleValue() == b.doubleValue() ? 0 : Double.compare(a, b);
        }
        if (left instanceof Double a) {
            return compareExactly(a, toInteger(right));
        }
        return right instanceof Double b
                ? -compareExactly(b, toInteger(left))
                : toInteger(left).compareTo(toInteger(right));
    }

    private static int compareExactly(double a, BigInteger b) {
        if (Double.isInfinite(a)) {
            return a > 0 ? 1 : -1;
        }
        return new BigDecimal(a).compareTo(new BigDecimal(b));
    }
}
