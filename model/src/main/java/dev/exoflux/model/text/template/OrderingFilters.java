package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Filters that compare items with each other. */
final class OrderingFilters {

    private OrderingFilters() {}

    static Object sort(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
        boolean ignoreCase = !bound.truth(1, false);
        List<ItemKey> keys = new ArrayList<>();
        for (Object attribute : attributes(bound.or(2, None.NONE))) {
            keys.add(ItemKey.attribute(rendering, attribute, None.NONE).ignoringCase(ignoreCase));
        }
        Budget budget = rendering.budget();
        return Sorting.sorted(Values.toList(value, budget), item -> all(keys, item), bound.truth(0, false), budget);
    }

    /** Several attributes are written with commas between them. */
    private static List<Object> attributes(Object attribute) {
        return Values.isText(attribute)
                ? List.of((Object[]) Values.text(attribute).split(",", -1))
                : List.of(attribute);
    }

    private static Object all(List<ItemKey> keys, Object item) {
        List<Object> values = new ArrayList<>(keys.size());
        keys.forEach(key -> values.add(key.of(item)));
        return values;
    }

    static Object dictSort(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
        String by = bound.text(1, "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new TemplateFailure("the filter 'dictsort' sorts by key or by value, not by '" + by + "'");
        }
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!(value instanceof Dict dict)) {
            throw new TemplateFailure("the filter 'dictsort' needs a dict, not a " + Values.typeName(value));
        }
        Object index = Numbers.of(by.equals("key") ? 0 : 1);
        ItemKey key = ItemKey.attribute(rendering, index, None.NONE).ignoringCase(!bound.truth(0, false));
        List<Object> pairs = new DictView(dict, DictView.Part.ITEMS).elements();
        return Sorting.sorted(pairs, key::of, bound.truth(2, false), rendering.budget());
    }

    static Object unique(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
        Budget budget = rendering.budget();
        ItemKey key =
                ItemKey.attribute(rendering, bound.or(1, None.NONE), None.NONE).ignoringCase(!bound.truth(0, false));
        Set<Object> seen = new HashSet<>();
        return Once.generator(
                Lazily.filter(Values.iterate(value, budget), item -> seen.add(Keys.of(key.of(item), budget))), budget);
    }

    static Object groupBy(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("groupby", 1, "attribute", "default", "case_sensitive");
        Budget budget = rendering.budget();
        ItemKey written = ItemKey.attribute(rendering, bound.get(0), bound.or(1, None.NONE));
        ItemKey key = written.ignoringCase(!bound.truth(2, false));
        List<Object> sorted = Sorting.sorted(Values.toList(value, budget), key::of, false, budget);
        List<Object> groups = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            boolean ends =
                    i == sorted.size() || !Comparisons.equal(key.of(sorted.get(start)), key.of(sorted.get(i)), budget);
            if (ends) {
                List<Object> group = new ArrayList<>(sorted.subList(start, i));
                groups.add(new Tuple(List.of(written.of(group.getFirst()), group), List.of("grouper", "list")));
                start = i;
            }
        }
        return groups;
    }

    static Object extreme(String name, Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind(name, 0, "case_sensitive", "attribute");
        Budget budget = rendering.budget();
        ItemKey key =
                ItemKey.attribute(rendering, bound.or(1, None.NONE), None.NONE).ignoringCase(!bound.truth(0, false));
        List<Object> items = Values.toList(value, budget);
        if (items.isEmpty()) {
            return new Undefined("the sequence is empty and has no " + name);
        }
        Object best = items.getFirst();
        for (Object item : items.subList(1, items.size())) {
            boolean better = name.equals("min")
                    ? Comparisons.less(key.of(item), key.of(best), budget)
                    : Comparisons.less(key.of(best), key.of(item), budget);
            best = better ? item : best;
        }
        return best;
    }
}
