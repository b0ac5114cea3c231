package dev.exoflux.model.weights;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of a checkpoint's tensors tell. */
final class TensorNames {

    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d{1,9})\\..*");

    private TensorNames() {}

    /** The decoder layer that a tensor belongs to, empty if to none. */
    static OptionalInt layerOf(String name) {
        Matcher matcher = LAYER.matcher(name);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
