package dev.exoflux.model.text.template;

/** What one rendering may still spend of its {@link TemplateLimits}. For one thread. */
final class Budget {

    /** How many characters of work each character of the variables allows for. */
    static final int WORK_FOR_GIVEN = 32;

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
        length(count);
        work(count);
    }

    private void work(long count) {
        characters -= count;
        if (characters < 0) {
            throw new TemplateFailure(
                    "it makes more than " + limits.workCharacters() + " characters of text on its way");
        }
    }

    /** To be asked while a text grows to this length. */
    void length(long length) {
        if (length > limits.outputCharacters()) {
            throw new TemplateFailure("a text grows longer than " + limits.outputCharacters() + " characters");
        }
    }

    /** The caller gives text of this length, which the template may go through some times. */
    void given(long count) {
        characters += WORK_FOR_GIVEN * count;
    }

    /** To be asked before a list of this size is made. */
    void items(long count) {
        steps(count / 16);
        work(count * CHARACTERS_PER_ITEM);
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
