package dev.exoflux.model.text.template;

import java.util.List;

/** The tokens of a template with a cursor; the last one is always {@link TokenType#END}. */
final class TokenStream {

    private final List<Token> tokens;
    private int next;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peekSecond() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token take() {
        Token token = peek();
        if (next < tokens.size() - 1) {
            next++;
        }
        return token;
    }

    boolean skipName(String name) {
        return skip(peek().isName(name));
    }

    boolean skipOperator(String operator) {
        return skip(peek().isOperator(operator));
    }

    private boolean skip(boolean matches) {
        if (matches) {
            take();
        }
        return matches;
    }

    Token expect(TokenType type) {
        if (!peek().is(type)) {
            throw unexpected(type.description());
        }
        return take();
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    TemplateFailure unexpected(String expected) {
        return new TemplateFailure("expected " + expected + ", got " + peek().description(), peek().at());
    }
}
