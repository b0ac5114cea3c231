package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** {@code value[start:stop:step]}. */
final class Slices {

    private Slices() {}

    /** Each bound is an integer or {@link None}. */
    static Object slice(Object value, Object start, Object stop, Object step, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        boolean sliceable =
                Values.isText(value) || value instanceof List || value instanceof Tuple || value instanceof Range;
        if (!sliceable) {
            throw new TemplateFailure("a " + Values.typeName(value) + " cannot be sliced");
        }
        Indices indices = Indices.of(bound(start), bound(stop), bound(step), Values.length(value));
        return switch (value) {
            case String text -> text(text, indices, budget);
            case Markup markup -> new Markup(text(markup.text(), indices, budget));
            case List<?> list -> items(Values.asList(list), indices, budget);
            case Tuple tuple -> new Tuple(items(tuple.items(), indices, budget));
            default -> range((Range) value, indices);
        };
    }

    private static Object bound(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (value != None.NONE && !Numbers.isInteger(value)) {
            throw new TemplateFailure("the bound of a slice is an integer, not a " + Values.typeName(value));
        }
        return value;
    }

    /** Which items are taken: {@code count} of them, each {@code step} after the one before. */
    private record Indices(int first, int step, int count) {

        static Indices of(Object start, Object stop, Object step, int length) {
            int stride = step == None.NONE ? 1 : Numbers.clampToInt(Numbers.toInteger(step));
            if (stride == 0) {
                throw new TemplateFailure("the step of a slice cannot be zero");
            }
            boolean forward = stride > 0;
            int lowest = forward ? 0 : -1;
            int highest = forward ? length : length - 1;
            int from = start == None.NONE ? (forward ? lowest : highest) : clamp(start, length, lowest, highest);
            int to = stop == None.NONE ? (forward ? highest : lowest) : clamp(stop, length, lowest, highest);
            long distance = forward ? (long) to - from : (long) from - to;
            long magnitude = Math.abs((long) stride);
            return new Indices(from, stride, distance <= 0 ? 0 : (int) ((distance - 1) / magnitude + 1));
        }

        private static int clamp(Object bound, int length, int lowest, int highest) {
            BigInteger value = Numbers.toInteger(bound);
            BigInteger fromStart = value.signum() < 0 ? value.add(BigInteger.valueOf(length)) : value;
            return Math.clamp(Numbers.clampToInt(fromStart), lowest, Math.max(lowest, highest));
        }

        int at(int number) {
            return first + number * step;
        }
    }

    private static String text(String text, Indices indices, Budget budget) {
        budget.characters(indices.count());
        if (indices.step() == 1) {
            return PythonText.substring(text, indices.first(), indices.first() + indices.count());
        }
        int[] codePoints = text.codePoints().toArray();
        int[] taken = new int[indices.count()];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = codePoints[indices.at(i)];
        }
        return new String(taken, 0, taken.length);
    }

    private static List<Object> items(List<Object> items, Indices indices, Budget budget) {
        budget.items(indices.count());
        List<Object> taken = new ArrayList<>(indices.count());
        for (int i = 0; i < indices.count(); i++) {
            taken.add(items.get(indices.at(i)));
        }
        return taken;
    }

    private static Range range(Range range, Indices indices) {
        BigInteger start = range.start().add(range.step().multiply(BigInteger.valueOf(indices.first())));
        BigInteger step = range.step().multiply(BigInteger.valueOf(indices.step()));
        BigInteger stop = start.add(step.multiply(BigInteger.valueOf(indices.count())));
        return new Range(start, stop, step, indices.count());
    }
}
