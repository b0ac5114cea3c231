package dev.exoflux.web.openai;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts together again what a stream sends in pieces. */
final class Lists {

    private Lists() {}

    /** The pieces of each choice, from choice 0 on. */
    static <P> List<List<P>> byIndex(Map<Integer, Collection<P>> pieces) {
        return IntStream.range(0, pieces.size())
                .mapToObj(index -> List.copyOf(Objects.requireNonNull(pieces.get(index))))
                .toList();
    }

    /** Each element mapped, possibly to null. */
    static <T, R extends @Nullable Object> List<R> mapped(List<T> list, Function<T, R> mapping) {
        List<R> mapped = new ArrayList<>(list.size());
        list.forEach(element -> mapped.add(mapping.apply(element)));
        return mapped;
    }

    /** One column of all pieces, in which every piece has it. */
    static <P, T> List<T> joined(List<P> pieces, Function<P, @Nullable List<T>> column) {
        return pieces.stream()
                .flatMap(piece -> Objects.requireNonNull(column.apply(piece)).stream())
                .toList();
    }
}
