package dev.exoflux.model.text.template;

/** The kinds of token a template is cut into. */
enum TokenType {
    /** Text outside of tags. */
    DATA("text"),
    VARIABLE_BEGIN("'{{'"),
    VARIABLE_END("'}}'"),
    BLOCK_BEGIN("'{%'"),
    BLOCK_END("'%}'"),
    NAME("a name"),
    /** A string literal, its escapes resolved. */
    STRING("a string"),
    INTEGER("an integer"),
    FLOAT("a number"),
    OPERATOR("an operator"),
    END("the end of the template");

    private final String description;

    TokenType(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
