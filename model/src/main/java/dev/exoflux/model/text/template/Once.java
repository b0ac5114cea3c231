package dev.exoflux.model.text.template;

import java.util.Iterator;

/**
 * What can be walked through a single time: what Python calls a generator or an iterator, and what filters such as
 * {@code select} and {@code map} return. Lazy, without a length, and true even when nothing is left.
 */
final class Once implements Iterator<Object> {

    private final String typeName;
    private final Iterator<Object> items;
    private final Budget budget;

    Once(String typeName, Iterator<Object> items, Budget budget) {
        this.typeName = typeName;
        this.items = items;
        this.budget = budget;
    }

    static Once generator(Iterator<Object> items, Budget budget) {
        return new Once("generator", items, budget);
    }

    String typeName() {
        return typeName;
    }

    /** Iterators are built on iterators: asking one may ask all below it, as deep as a template has stacked them. */
    @Override
    public boolean hasNext() {
        budget.enter();
        boolean more = items.hasNext();
        budget.leave();
        return more;
    }

    @Override
    public Object next() {
        budget.enter();
        Object item = items.next();
        budget.leave();
        return item;
    }
}
