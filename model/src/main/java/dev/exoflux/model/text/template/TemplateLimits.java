package dev.exoflux.model.text.template;

/**
 * What one template may cost: it comes with a model from anywhere, and is therefore not trusted to end by itself.
 *
 * @param sourceCharacters length of the template itself
 * @param steps syntax nodes evaluated and items visited in one rendering
 * @param outputCharacters length of the rendered prompt
 * @param workCharacters length of all text made on the way to it, lists counting four for an item
 * @param depth nesting of the syntax, of calls and of values, taken together; a rendering of the default depth fits a
 *     thread stack of 512 KiB
 */
public record TemplateLimits(int sourceCharacters, long steps, long outputCharacters, long workCharacters, int depth) {

    public static final TemplateLimits DEFAULT = new TemplateLimits(1 << 20, 10_000_000, 16L << 20, 128L << 20, 400);
}
