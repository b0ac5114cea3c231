package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the parentheses of a call.
 *
 * @param names of the keyword arguments, as many as {@code values}
 * @param spread of {@code *spread}
 * @param keywordSpread of {@code **keywordSpread}
 */
record CallArguments(
        List<Expression> positional,
        List<String> names,
        List<Expression> values,
        @Nullable Expression spread,
        @Nullable Expression keywordSpread) {

    static final CallArguments NONE = new CallArguments(List.of(), List.of(), List.of(), null, null);

    static CallArguments of(Expression only) {
        return new CallArguments(List.of(only), List.of(), List.of(), null, null);
    }

    /** Every expression in here and one more. */
    List<Expression> with(Expression callee) {
        List<Expression> all = new ArrayList<>(positional);
        all.addAll(values);
        all.add(callee);
        if (spread != null) {
            all.add(spread);
        }
        if (keywordSpread != null) {
            all.add(keywordSpread);
        }
        return all;
    }
}
