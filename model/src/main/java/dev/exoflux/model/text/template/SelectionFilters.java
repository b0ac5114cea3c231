package dev.exoflux.model.text.template;

import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** Filters that transform or leave out items, lazily: {@code map}, {@code select}, {@code reject} and theirs. */
final class SelectionFilters {

    private SelectionFilters() {}

    static Object map(Rendering rendering, Object value, Arguments arguments) {
        Iterator<Object> items = items(value, rendering.budget());
        return Once.generator(Lazily.map(items, mapping(rendering, arguments)::of), rendering.budget());
    }

    private static Iterator<Object> items(Object value, Budget budget) {
        return Values.truth(value)
                ? Values.iterate(value, budget)
                : List.<Object>of().iterator();
    }

    private static ItemKey mapping(Rendering rendering, Arguments arguments) {
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            Bound bound = arguments.bind("map", 0, "attribute", "default");
            return ItemKey.attribute(rendering, bound.get(0), bound.or(1, None.NONE));
        }
        if (arguments.positional().isEmpty()
                || !Values.isText(arguments.positional().getFirst())) {
            throw new TemplateFailure("the filter 'map' needs the name of a filter, or an attribute");
        }
        String name = Values.text(arguments.positional().getFirst());
        Arguments rest = arguments.withoutFirst(1);
        return item -> Filters.apply(rendering, name, item, rest);
    }

    static Object select(Rendering rendering, Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        Iterator<Object> items = items(value, rendering.budget());
        Predicate<Object> accepted = accepted(rendering, arguments, byAttribute, wanted);
        return Once.generator(Lazily.filter(items, accepted), rendering.budget());
    }

    private static Predicate<Object> accepted(
            Rendering rendering, Arguments arguments, boolean byAttribute, boolean wanted) {
        List<Object> positional = arguments.positional();
        if (byAttribute && positional.isEmpty()) {
            throw new TemplateFailure("the name of an attribute is needed");
        }
        ItemKey key = ItemKey.attribute(rendering, byAttribute ? positional.getFirst() : None.NONE, None.NONE);
        int testIndex = byAttribute ? 1 : 0;
        if (positional.size() <= testIndex) {
            return item -> Values.truth(key.of(item)) == wanted;
        }
        if (!Values.isText(positional.get(testIndex))) {
            throw new TemplateFailure("the name of a test is needed");
        }
        String test = Values.text(positional.get(testIndex));
        Arguments rest = arguments.withoutFirst(testIndex + 1);
        return item -> ValueTests.test(rendering, test, key.of(item), rest) == wanted;
    }
}
