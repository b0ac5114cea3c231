package dev.exoflux.model.text.template;

/**
 * What one template may cost: it comes with a model from anywhere, and is therefore not trusted to end by itself.
 *
 * @param sourceCharacters length of the template itself
 * @param steps syntax nodes evaluated and items visited in one rendering
 * @param outputCharacters length of the rendered prompt, and of any text made on the way to it
 * @param workCharacters length of all text made on that way together, lists counting four for an item; each character
 *     of the variables adds {@value Budget#WORK_FOR_GIVEN} to it
 * @param depth nesting of syntax, calls and values in one rendering, taken together; the template's text may be nested
 *     half as deep. At the default this needs less than 640 KiB of the thread's stack
 */
public record TemplateLimits(int sourceCharacters, long steps, long outputCharacters, long workCharacters, int depth) {

    public static final TemplateLimits DEFAULT = new TemplateLimits(1 << 20, 10_000_000, 16L << 20, 64L << 20, 400);
}
