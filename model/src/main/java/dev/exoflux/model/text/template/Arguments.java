package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The evaluated arguments of a call. */
record Arguments(List<Object> positional, Map<String, Object> named) {

    static final Arguments NONE = new Arguments(List.of(), Map.of());

    Arguments withoutFirst(int count) {
        return new Arguments(positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }

    /**
     * Matches the arguments to parameters that may be given by position and by name.
     *
     * @param callee how errors name what is called
     * @param required how many of the parameters must be given
     */
    Bound bind(String callee, int required, String... parameters) {
        List<String> names = Arrays.asList(parameters);
        if (positional.size() > names.size()) {
            throw new TemplateFailure(
                    "%s takes at most %d arguments, %d are given".formatted(callee, names.size(), positional.size()));
        }
        List<Object> values = new ArrayList<>(positional);
        while (values.size() < names.size()) {
            values.add(Missing.MISSING);
        }
        named.forEach((name, value) -> {
            int index = names.indexOf(name);
            if (index < 0 || index < positional.size()) {
                String problem = index < 0 ? "%s takes no argument named '%s'" : "%s is given '%s' twice";
                throw new TemplateFailure(problem.formatted(callee, name));
            }
            values.set(index, value);
        });
        for (int i = 0; i < required; i++) {
            if (values.get(i) == Missing.MISSING) {
                throw new TemplateFailure("%s needs the argument '%s'".formatted(callee, names.get(i)));
            }
        }
        return new Bound(callee, names, values);
    }

    /** Matches arguments that may only be given by position, as those of most of Python's string methods. */
    Bound bindPositional(String callee, int required, String... parameters) {
        if (!named.isEmpty()) {
            throw new TemplateFailure("%s takes no named arguments".formatted(callee));
        }
        return bind(callee, required, parameters);
    }
}
