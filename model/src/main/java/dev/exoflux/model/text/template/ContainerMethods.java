package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of dicts, lists, tuples and ranges that change nothing. */
final class ContainerMethods {

    private ContainerMethods() {}

    static @Nullable Object ofDict(Dict dict, String name) {
        Callable method = switch (name) {
            case "get" -> (rendering, arguments) -> get(dict, arguments, rendering.budget());
            case "keys" -> view(dict, DictView.Part.KEYS);
            case "values" -> view(dict, DictView.Part.VALUES);
            case "items" -> view(dict, DictView.Part.ITEMS);
            case "copy" ->
                (rendering, arguments) -> {
                    arguments.bind("copy", 0);
                    rendering.budget().items(dict.size());
                    return dict.copy();
                };
            case "fromkeys" -> GlobalFunctions::fromKeys;
            default -> null;
        };
        return method == null ? null : new NativeFunction("dict." + name, method);
    }

    private static Object get(Dict dict, Arguments arguments, Budget budget) {
        Bound bound = arguments.bindPositional("get", 1, "key", "default");
        Object value = dict.get(bound.get(0), budget);
        return value != null ? value : bound.or(1, None.NONE);
    }

    private static Callable view(Dict dict, DictView.Part part) {
        return (rendering, arguments) -> {
            arguments.bind(part.name(), 0);
            return new DictView(dict, part);
        };
    }

    static @Nullable Object ofList(List<Object> items, String name) {
        if (name.equals("copy")) {
            return new NativeFunction("list.copy", (rendering, arguments) -> {
                arguments.bind("copy", 0);
                rendering.budget().items(items.size());
                return new ArrayList<>(items);
            });
        }
        return ofItems(items, name);
    }

    static @Nullable Object ofTuple(Tuple tuple, String name) {
        int field = tuple.fields().indexOf(name);
        return field >= 0 ? tuple.items().get(field) : ofItems(tuple.items(), name);
    }

    static @Nullable Object ofRange(Range range, String name) {
        return switch (name) {
            case "start" -> range.start();
            case "stop" -> range.stop();
            case "step" -> range.step();
            case "index", "count" -> ofItems(range.elements(), name);
            default -> null;
        };
    }

    private static @Nullable Object ofItems(List<Object> items, String name) {
        return switch (name) {
            case "index" ->
                new NativeFunction("index", (rendering, arguments) -> index(items, arguments, rendering.budget()));
            case "count" ->
                new NativeFunction("count", (rendering, arguments) -> count(items, arguments, rendering.budget()));
            default -> null;
        };
    }

    private static Object index(List<Object> items, Arguments arguments, Budget budget) {
        Bound bound = arguments.bindPositional("index", 1, "value", "start", "stop");
        int from = clamp(bound.count(1, 0), items.size());
        int to = clamp(bound.count(2, Integer.MAX_VALUE), items.size());
        for (int i = from; i < to; i++) {
            if (Comparisons.equal(items.get(i), bound.get(0), budget)) {
                return Numbers.of(i);
            }
        }
        throw new TemplateFailure("what 'index' looks for is not in the list");
    }

    private static int clamp(int index, int size) {
        return Math.clamp(index < 0 ? (long) index + size : index, 0, size);
    }

    private static Object count(List<Object> items, Arguments arguments, Budget budget) {
        Bound bound = arguments.bindPositional("count", 1, "value");
        int count = 0;
        for (Object item : items) {
            count += Comparisons.equal(item, bound.get(0), budget) ? 1 : 0;
        }
        return Numbers.of(count);
    }
}
