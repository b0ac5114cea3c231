package dev.exoflux.model.text.template;

/** What one rendering may still spend of its {@link TemplateLimits}. For one thread. */
final class Budget {

    private static final int CHARACTERS_PER_ITEM = 4;

    private final TemplateLimits limits;
    private long steps;
    private long characters;
    private int depth;

    Budget(TemplateLimits limits) {
        this.limits = limits;
        this.steps = limits.steps();
        this.characters = limits.workCharacters();
    }

    void step() {
        steps(1);
    }

    void steps(long count) {
        steps -= count;
        if (steps < 0) {
            throw new TemplateFailure("it takes more than " + limits.steps() + " steps");
        }
    }

    /** To be asked before text of this length is made. */
    void characters(long count) {
        characters -= count;
        if (characters < 0) {
            throw new TemplateFailure("it makes more than " + limits.workCharacters() + " characters of text");
        }
    }

    /** To be asked before a list of this size is made. */
    void items(long count) {
        steps(count / 16);
        characters(count * CHARACTERS_PER_ITEM);
    }

    void output(long length) {
        if (length > limits.outputCharacters()) {
            throw new TemplateFailure("the prompt grows longer than " + limits.outputCharacters() + " characters");
        }
    }

    /** Goes one level deeper into syntax, calls or values; to be left by {@link #leave}. */
    void enter() {
        step();
        if (++depth > limits.depth()) {
            throw new TemplateFailure("it is nested deeper than " + limits.depth() + " levels");
        }
    }

    void leave() {
        depth--;
    }
}
