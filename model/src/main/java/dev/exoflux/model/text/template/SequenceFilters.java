package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Filters that look at a sequence as a whole. */
final class SequenceFilters {

    private SequenceFilters() {}

    static Object list(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("list", 0);
        return Values.toList(value, rendering.budget());
    }

    static Object length(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("length", 0);
        return Numbers.of(Values.length(value));
    }

    static Object first(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("first", 0);
        Iterator<Object> items = Values.iterate(value, rendering.budget());
        return items.hasNext() ? items.next() : new Undefined("the sequence is empty and has no first item");
    }

    static Object last(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("last", 0);
        if (value instanceof Once) {
            throw notReversible(value);
        }
        List<Object> items = Values.toList(value, rendering.budget());
        return items.isEmpty() ? new Undefined("the sequence is empty and has no last item") : items.getLast();
    }

    private static TemplateFailure notReversible(Object value) {
        return new TemplateFailure("a " + Values.typeName(value) + " cannot be walked through backwards")
                .advise("Maybe make it a list first, with the filter 'list'.");
    }

    static Object reverse(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("reverse", 0);
        Budget budget = rendering.budget();
        if (Values.isText(value)) {
            return Slices.slice(value, None.NONE, None.NONE, Numbers.of(-1), budget);
        }
        List<Object> items = Values.toList(value, budget);
        Collections.reverse(items);
        // what cannot be walked through backwards comes back as a list, everything else as an iterator
        return value instanceof Once ? items : new Once("reverse iterator", items.iterator(), budget);
    }

    static Object join(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("join", 0, "d", "attribute");
        Budget budget = rendering.budget();
        String separator = Printer.str(bound.or(0, ""), budget);
        ItemKey key = ItemKey.attribute(rendering, bound.or(1, None.NONE), None.NONE);
        StringBuilder joined = new StringBuilder();
        Iterator<Object> items = Values.iterate(value, budget);
        for (boolean first = true; items.hasNext(); first = false) {
            String text = Printer.str(key.of(items.next()), budget);
            budget.characters((long) separator.length() + text.length());
            joined.append(first ? "" : separator).append(text);
        }
        return joined.toString();
    }

    static Object items(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("items", 0);
        List<Object> pairs = switch (value) {
            case Undefined undefined -> List.of();
            case Dict dict -> new DictView(dict, DictView.Part.ITEMS).elements();
            default -> throw new TemplateFailure("the filter 'items' needs a dict, not a " + Values.typeName(value));
        };
        return Once.generator(pairs.iterator(), rendering.budget());
    }

    static Object batch(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("batch", 1, "linecount", "fill_with");
        Budget budget = rendering.budget();
        int size = bound.count(0, 0);
        Object filler = bound.or(1, None.NONE);
        Iterator<Object> items = Values.iterate(value, budget);
        return Once.generator(
                new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return items.hasNext();
                    }

                    @Override
                    public Object next() {
                        return nextBatch(items, size, filler, budget);
                    }
                },
                budget);
    }

    private static Object nextBatch(Iterator<Object> items, int size, Object filler, Budget budget) {
        if (!items.hasNext()) {
            throw new NoSuchElementException();
        }
        List<Object> batch = new ArrayList<>();
        do {
            batch.add(items.next());
        } while (batch.size() != size && items.hasNext());
        if (filler != None.NONE && batch.size() < size) {
            budget.items(size);
            batch.addAll(Collections.nCopies(size - batch.size(), filler));
        }
        return batch;
    }

    static Object slice(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("slice", 1, "slices", "fill_with");
        Budget budget = rendering.budget();
        int slices = bound.count(0, 1);
        Object filler = bound.or(1, None.NONE);
        List<Object> items = Values.toList(value, budget);
        if (slices == 0) {
            throw new TemplateFailure("the filter 'slice' cannot make zero slices");
        }
        List<Object> columns = new ArrayList<>();
        int longer = Math.floorMod(items.size(), slices);
        int start = 0;
        for (int i = 0; i < slices; i++) {
            budget.step();
            int end = start + items.size() / slices + (i < longer ? 1 : 0);
            List<Object> column = new ArrayList<>(items.subList(start, end));
            if (filler != None.NONE && i >= longer) {
                column.add(filler);
            }
            columns.add(column);
            start = end;
        }
        return Once.generator(columns.iterator(), budget);
    }

    static Object defaultValue(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("default", 0, "default_value", "boolean");
        boolean replaced = value instanceof Undefined || (bound.truth(1, false) && !Values.truth(value));
        return replaced ? bound.or(0, "") : value;
    }

    static Object attribute(Rendering rendering, Object value, Arguments arguments) {
        String name = arguments.bind("attr", 1, "name").text(0);
        Object attribute = Attributes.find(value, name);
        return attribute != null
                ? attribute
                : new Undefined("a " + Values.typeName(value) + " has no attribute '" + name + "'");
    }
}
