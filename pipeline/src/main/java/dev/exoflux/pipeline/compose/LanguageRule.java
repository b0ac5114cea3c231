package dev.exoflux.pipeline.compose;

/** In a language, as far as that can be told. */
record LanguageRule(String name, Language language) implements Rule {

    @Override
    public Watch watch() {
        return (answer, complete) -> complete && language.isExcludedBy(answer.toString())
                ? Watch.Sight.broken(answer.length())
                : Watch.Sight.clear(answer.length());
    }
}
