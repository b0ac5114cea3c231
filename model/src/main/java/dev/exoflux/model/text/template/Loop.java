package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}: where a {@code for} stands. Looks ahead only as far as it is asked to. */
final class Loop implements Callable {

    private Iterator<Object> items;
    private int length;
    private final int depth0;
    private final @Nullable BiFunction<Object, Integer, Object> recursion;
    private int index0 = -1;
    private Object previous = Missing.MISSING;
    private Object current = Missing.MISSING;
    private Object following = Missing.MISSING;
    private Object lastChanged = Missing.MISSING;

    /**
     * @param length how many items there are, or -1 where only walking through them tells
     * @param depth0 how many loops of this recursive loop are around this one
     * @param recursion renders the loop's body for other items at a greater depth, or null
     */
    Loop(Iterator<Object> items, int length, int depth0, @Nullable BiFunction<Object, Integer, Object> recursion) {
        this.items = items;
        this.length = length;
        this.depth0 = depth0;
        this.recursion = recursion;
    }

    /** The next item, or {@link Missing} at the end. */
    Object advance() {
        Object next = peek();
        if (next != Missing.MISSING) {
            following = Missing.MISSING;
            index0++;
            previous = current;
            current = next;
        }
        return next;
    }

    private Object peek() {
        if (following == Missing.MISSING && items.hasNext()) {
            following = items.next();
        }
        return following;
    }

    int length() {
        if (length < 0) {
            List<Object> rest = new ArrayList<>();
            items.forEachRemaining(rest::add);
            items = rest.iterator();
            length = rest.size() + index0 + 1 + (following == Missing.MISSING ? 0 : 1);
        }
        return length;
    }

    String describe() {
        return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
    }

    /** An attribute, or null where there is none of that name. */
    @Nullable
    Object attribute(String name) {
        return switch (name) {
            case "index" -> Numbers.of(index0 + 1);
            case "index0" -> Numbers.of(index0);
            case "revindex" -> Numbers.of(length() - index0);
            case "revindex0" -> Numbers.of(length() - index0 - 1);
            case "first" -> index0 == 0;
            case "last" -> peek() == Missing.MISSING;
            case "length" -> Numbers.of(length());
            case "depth" -> Numbers.of(depth0 + 1);
            case "depth0" -> Numbers.of(depth0);
            case "previtem" -> index0 == 0 ? new Undefined("there is no previous item") : previous;
            case "nextitem" -> peek() == Missing.MISSING ? new Undefined("there is no next item") : peek();
            case "cycle" -> new NativeFunction("loop.cycle", (rendering, arguments) -> cycle(arguments));
            case "changed" -> new NativeFunction("loop.changed", this::changed);
            default -> null;
        };
    }

    private Object cycle(Arguments arguments) {
        List<Object> choices = arguments.positional();
        if (choices.isEmpty() || !arguments.named().isEmpty()) {
            throw new TemplateFailure("loop.cycle needs something to cycle through");
        }
        return choices.get(index0 % choices.size());
    }

    private Object changed(Rendering rendering, Arguments arguments) {
        Tuple now = new Tuple(arguments.positional());
        boolean changed = lastChanged == Missing.MISSING || !Comparisons.equal(lastChanged, now, rendering.budget());
        lastChanged = changed ? now : lastChanged;
        return changed;
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        if (recursion == null) {
            throw new TemplateFailure("'loop' can only be called in a loop marked 'recursive'");
        }
        Bound bound = arguments.bind("loop", 1, "iterable");
        return recursion.apply(bound.get(0), depth0 + 1);
    }
}
