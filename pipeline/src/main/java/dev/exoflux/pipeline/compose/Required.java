package dev.exoflux.pipeline.compose;

import java.util.regex.Matcher;

/** Something that matches, by the end. What it misses is in no text, so all text is sent. */
record Required(String name, SearchPattern pattern) implements Rule {

    @Override
    public Watch watch() {
        return (answer, complete) -> complete && !pattern.search(answer, Matcher::find)
                ? Watch.Sight.broken(answer.length())
                : Watch.Sight.clear(answer.length());
    }
}
