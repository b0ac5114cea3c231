package dev.exoflux.model.text.template;

/** One token: its text is the source's, but for a string literal what it stands for. */
record Token(TokenType type, String text, Position at) {

    boolean is(TokenType other) {
        return type == other;
    }

    boolean isName(String name) {
        return type == TokenType.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return type == TokenType.OPERATOR && text.equals(operator);
    }

    /** How an error names it. */
    String description() {
        return type == TokenType.NAME || type == TokenType.OPERATOR ? "'" + text + "'" : type.description();
    }
}
