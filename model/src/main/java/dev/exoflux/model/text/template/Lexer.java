package dev.exoflux.model.text.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens: text, tags, and what is inside of tags. Decides all whitespace control: {@code -} strips
 * on its side, a tag or comment alone on its line leaves no trace of the line ({@code lstrip_blocks}, {@code
 * trim_blocks}), {@code +} keeps the whitespace.
 */
final class Lexer {

    private static final String SINGLE_OPERATORS = "+-/*%~[](){}><=.:|,;";
    private static final List<String> DOUBLE_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");

    private final Source source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;

    private Lexer(Source source) {
        this.source = source;
        this.text = source.text();
    }

    static List<Token> tokenize(Source source) {
        Lexer lexer = new Lexer(source);
        while (lexer.at < lexer.text.length()) {
            lexer.outside();
        }
        lexer.add(TokenType.END, "", lexer.at);
        return lexer.tokens;
    }

    /** Text up to the next tag, and that tag. */
    private void outside() {
        int tag = nextTag();
        if (tag < 0) {
            add(TokenType.DATA, text.substring(at), at);
            at = text.length();
            return;
        }
        char kind = text.charAt(tag + 1);
        char sign = signAt(tag + 2);
        dataBefore(tag, sign, kind != '{');
        at = sign == 0 ? tag + 2 : tag + 3;
        switch (kind) {
            case '#' -> comment(tag);
            case '{' -> inside(tag, TokenType.VARIABLE_BEGIN);
            default -> {
                int rawEnd = endOfRawTag();
                if (rawEnd < 0) {
                    inside(tag, TokenType.BLOCK_BEGIN);
                } else {
                    raw(tag, rawEnd);
                }
            }
        }
    }

    private int nextTag() {
        for (int i = text.indexOf('{', at); i >= 0 && i + 1 < text.length(); i = text.indexOf('{', i + 1)) {
            char next = text.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private char signAt(int index) {
        char c = index < text.length() ? text.charAt(index) : 0;
        return c == '-' || c == '+' ? c : 0;
    }

    private void dataBefore(int tag, char sign, boolean mayStripLine) {
        int end = tag;
        if (sign == '-') {
            end = endWithoutWhitespace(at, tag);
        } else if (sign == 0 && mayStripLine) {
            int blank = endWithoutLineWhitespace(tag);
            boolean lineStartsHere =
                    blank > at ? text.charAt(blank - 1) == '\n' : at == 0 || text.charAt(at - 1) == '\n';
            end = lineStartsHere ? blank : tag;
        }
        if (end > at) {
            add(TokenType.DATA, text.substring(at, end), at);
        }
    }

    /** Where the white space between a tag and what is before it on its line begins. */
    private int endWithoutLineWhitespace(int tag) {
        int end = tag;
        while (end > at && text.charAt(end - 1) != '\n' && Whitespace.is(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private int endWithoutWhitespace(int from, int to) {
        int end = to;
        while (end > from && Whitespace.is(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private void comment(int tag) {
        int close = text.indexOf("#}", at);
        if (close < 0) {
            throw failure("the comment '{#' is never closed", tag);
        }
        char sign = close > at ? signAt(close - 1) : 0;
        closeTag(close + 2, sign);
    }

    /** Where the {@code raw} tag that begins here ends, or -1 when this is another tag. */
    private int endOfRawTag() {
        int i = skipWhitespace(at);
        if (!text.startsWith("raw", i)) {
            return -1;
        }
        i = skipWhitespace(i + 3);
        if (text.startsWith("-%}", i)) {
            return skipWhitespace(i + 3);
        }
        return text.startsWith("%}", i) ? i + 2 : -1;
    }

    private void raw(int tag, int bodyStart) {
        at = bodyStart;
        for (int i = text.indexOf("{%", at); i >= 0; i = text.indexOf("{%", i + 1)) {
            char sign = signAt(i + 2);
            int name = skipWhitespace(sign == 0 ? i + 2 : i + 3);
            if (!text.startsWith("endraw", name)) {
                continue;
            }
            int close = skipWhitespace(name + 6);
            char closeSign = signAt(close);
            int percent = closeSign == 0 ? close : close + 1;
            if (text.startsWith("%}", percent)) {
                dataBefore(i, sign, true);
                closeTag(percent + 2, closeSign);
                return;
            }
        }
        throw failure("the raw block is never closed", tag);
    }

    private void inside(int tag, TokenType begin) {
        add(begin, text.substring(tag, at), tag);
        boolean block = begin == TokenType.BLOCK_BEGIN;
        open.clear();
        while (at < text.length()) {
            if (open.isEmpty() && closes(block)) {
                return;
            }
            int skipped = skipWhitespace(at);
            if (skipped > at) {
                at = skipped;
            } else {
                token();
            }
        }
    }

    private boolean closes(boolean block) {
        String end = block ? "%}" : "}}";
        char sign = signAt(at);
        int close = sign == '-' || (sign == '+' && block) ? at + 1 : at;
        if (!text.startsWith(end, close)) {
            return false;
        }
        add(block ? TokenType.BLOCK_END : TokenType.VARIABLE_END, end, at);
        closeTag(close + 2, block || sign == '-' ? sign : '+');
        return true;
    }

    /** Continues after a tag, with the whitespace behind it treated as its closing sign says. */
    private void closeTag(int after, char sign) {
        at = after;
        if (sign == '-') {
            at = skipWhitespace(at);
        } else if (sign == 0 && at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
    }

    private void token() {
        char c = text.charAt(at);
        int number = c >= '0' && c <= '9' ? NumberLiteral.floatEnd(text, at) : -1;
        if (number > 0) {
            take(TokenType.FLOAT, number);
        } else if (c >= '0' && c <= '9') {
            take(TokenType.INTEGER, NumberLiteral.integerEnd(text, at));
        } else if (isNamePart(text.codePointAt(at))) {
            name();
        } else if (c == '\'' || c == '"') {
            string(c);
        } else {
            operator(c);
        }
    }

    private void name() {
        int end = at;
        while (end < text.length() && isNamePart(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        int first = text.codePointAt(at);
        if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
            throw failure("'" + text.substring(at, end) + "' is not a name", at);
        }
        take(TokenType.NAME, end);
    }

    private static boolean isNamePart(int codePoint) {
        return codePoint == '_'
                || (Character.isUnicodeIdentifierPart(codePoint) && !Character.isIdentifierIgnorable(codePoint));
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw failure("the string is never closed", at);
        }
        int begin = at;
        try {
            add(TokenType.STRING, StringLiteral.unescape(text.substring(at + 1, end)), at);
        } catch (TemplateFailure e) {
            throw e.at(source.position(begin));
        }
        at = end + 1;
    }

    private void operator(char c) {
        for (String operator : DOUBLE_OPERATORS) {
            if (text.startsWith(operator, at)) {
                take(TokenType.OPERATOR, at + 2);
                return;
            }
        }
        if (SINGLE_OPERATORS.indexOf(c) < 0) {
            throw failure("unexpected character '" + Character.toString(text.codePointAt(at)) + "'", at);
        }
        balance(c);
        take(TokenType.OPERATOR, at + 1);
    }

    private void balance(char c) {
        switch (c) {
            case '(' -> open.push(')');
            case '[' -> open.push(']');
            case '{' -> open.push('}');
            case ')', ']', '}' -> {
                if (open.isEmpty()) {
                    throw failure("unexpected '" + c + "'", at);
                }
                char expected = open.pop();
                if (expected != c) {
                    throw failure("unexpected '" + c + "', expected '" + expected + "'", at);
                }
            }
            default -> {}
        }
    }

    private int skipWhitespace(int from) {
        int i = from;
        while (i < text.length() && Whitespace.is(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private void take(TokenType type, int end) {
        add(type, text.substring(at, end), at);
        at = end;
    }

    private void add(TokenType type, String tokenText, int offset) {
        tokens.add(new Token(type, tokenText, source.position(offset)));
    }

    private TemplateFailure failure(String problem, int offset) {
        return new TemplateFailure(problem, source.position(offset));
    }
}
