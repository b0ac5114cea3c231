package dev.exoflux.pipeline.compose;

import java.util.function.Predicate;

/** A function of the answer so far. */
record FunctionRule(String name, Predicate<String> holds) implements Rule {

    @Override
    public Watch watch() {
        return new Watch() {

            private int seen;

            @Override
            public Sight see(CharSequence answer, boolean complete) {
                if (!holds.test(answer.toString())) {
                    return Sight.broken(seen);
                }
                seen = answer.length();
                return Sight.clear(seen);
            }
        };
    }
}
