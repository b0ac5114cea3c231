package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Python's range.
 *
 * @param size how many numbers it has, at most {@value #MAXIMUM}
 */
record Range(BigInteger start, BigInteger stop, BigInteger step, int size) {

    /** What jinja2's sandbox allows. */
    private static final int MAXIMUM = 100_000;

    static Range of(BigInteger start, BigInteger stop, BigInteger step) {
        if (step.signum() == 0) {
            throw new TemplateFailure("a range's step cannot be zero");
        }
        BigInteger distance = step.signum() > 0 ? stop.subtract(start) : start.subtract(stop);
        BigInteger size = distance.signum() <= 0
                ? BigInteger.ZERO
                : distance.subtract(BigInteger.ONE).divide(step.abs()).add(BigInteger.ONE);
        if (size.compareTo(BigInteger.valueOf(MAXIMUM)) > 0) {
            throw new TemplateFailure(
                    "a range of " + size + " numbers is too long, at most " + MAXIMUM + " are allowed");
        }
        return new Range(start, stop, step, size.intValueExact());
    }

    BigInteger get(int index) {
        return start.add(step.multiply(BigInteger.valueOf(index)));
    }

    boolean contains(BigInteger value) {
        BigInteger[] steps = value.subtract(start).divideAndRemainder(step);
        return steps[1].signum() == 0 && steps[0].signum() >= 0 && steps[0].compareTo(BigInteger.valueOf(size)) < 0;
    }

    List<Object> elements() {
        List<Object> elements = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            elements.add(get(i));
        }
        return elements;
    }
}
