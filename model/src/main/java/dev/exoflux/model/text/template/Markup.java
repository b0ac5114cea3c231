package dev.exoflux.model.text.template;

/** Text that is marked as safe HTML ({@code |safe}, {@code |escape}): a string that escapes what is added to it. */
record Markup(String text) {

    /** A value as HTML text: escaped, unless it is marked as safe. */
    static Markup escaped(Object value, Budget budget) {
        return value instanceof Markup markup ? markup : new Markup(Html.escape(Printer.str(value, budget), budget));
    }
}
