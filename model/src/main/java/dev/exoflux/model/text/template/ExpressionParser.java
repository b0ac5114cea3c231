package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Expressions, by precedence climbing (V. R. Pratt, "Top Down Operator Precedence", 1973): a prefix, then every infix
 * operator that binds at least as strongly as asked for.
 */
final class ExpressionParser {

    /** What an expression may be asked to begin at: everything, or everything but {@code x if y else z}. */
    static final int ANY = 0;

    static final int WITHOUT_CONDITIONAL = 1;

    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARISON = 4;
    private static final int CONCATENATION = 6;
    private static final int UNARY = 9;

    private static final Map<String, Integer> ARITHMETIC =
            Map.of("+", 5, "-", 5, "*", 7, "/", 7, "//", 7, "%", 7, "**", 8);

    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenStream tokens;
    private final Nesting nesting;
    private final PrimaryParser primaries;

    ExpressionParser(TokenStream tokens, Nesting nesting) {
        this.tokens = tokens;
        this.nesting = nesting;
        this.primaries = new PrimaryParser(tokens, this);
    }

    /** One expression, of operators that bind at least as strongly as {@code minimum}. */
    Expression parse(int minimum) {
        nesting.enter(tokens.peek().at());
        Expression left = prefix(minimum);
        Expression more = infix(left, minimum);
        while (more != null) {
            left = more;
            more = infix(left, minimum);
        }
        nesting.leave();
        return left;
    }

    private Expression prefix(int minimum) {
        Token token = tokens.peek();
        if (minimum <= NOT && token.isName("not")) {
            tokens.take();
            return new Expression.Not(parse(NOT), token.at());
        }
        return unary(true);
    }

    private Expression unary(boolean withFilters) {
        Token token = tokens.peek();
        Expression node;
        if (token.isOperator("-") || token.isOperator("+")) {
            tokens.take();
            nesting.enter(token.at());
            node = new Expression.Sign(token.isOperator("-"), unary(false), token.at());
            nesting.leave();
        } else {
            node = primaries.primary();
        }
        node = primaries.postfix(node);
        return withFilters ? primaries.filtersAndTests(node) : node;
    }

    /** {@code left} with the next operator applied to it, or null when none that binds strongly enough follows. */
    private @Nullable Expression infix(Expression left, int minimum) {
        Token token = tokens.peek();
        return switch (token.type()) {
            case NAME -> infixName(left, token, minimum);
            case OPERATOR -> infixOperator(left, token, minimum);
            default -> null;
        };
    }

    private @Nullable Expression infixName(Expression left, Token token, int minimum) {
        return switch (token.text()) {
            case "if" -> minimum > ANY ? null : conditional(left);
            case "or" -> minimum > OR ? null : logic(false, left, AND);
            case "and" -> minimum > AND ? null : logic(true, left, NOT);
            case "in", "not" -> minimum > COMPARISON || !comparisonFollows() ? null : comparison(left);
            default -> null;
        };
    }

    private @Nullable Expression infixOperator(Expression left, Token token, int minimum) {
        String operator = token.text();
        if (operator.equals("~")) {
            return minimum > CONCATENATION ? null : concatenation(left);
        }
        if (COMPARISONS.contains(operator)) {
            return minimum > COMPARISON ? null : comparison(left);
        }
        Integer strength = ARITHMETIC.get(operator);
        if (strength == null || strength < minimum) {
            return null;
        }
        tokens.take();
        return new Expression.Arithmetic(operator, left, parse(Math.min(strength + 1, UNARY)), token.at());
    }

    private Expression conditional(Expression then) {
        Token token = tokens.take();
        Expression test = parse(OR);
        Expression otherwise = tokens.skipName("else") ? parse(ANY) : null;
        return new Expression.Conditional(test, then, otherwise, token.at());
    }

    private Expression logic(boolean and, Expression left, int rightMinimum) {
        Token token = tokens.take();
        return new Expression.Logic(and, left, parse(rightMinimum), token.at());
    }

    private Expression concatenation(Expression first) {
        Position at = tokens.peek().at();
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(parse(CONCATENATION + 1));
        }
        return new Expression.Concatenation(parts, at);
    }

    private Expression comparison(Expression first) {
        Position at = tokens.peek().at();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        while (comparisonFollows()) {
            String operator = tokens.take().text();
            if (operator.equals("not")) {
                tokens.take();
                operator = "not in";
            }
            operators.add(operator);
            operands.add(parse(COMPARISON + 1));
        }
        return new Expression.Comparison(first, operators, operands, at);
    }

    private boolean comparisonFollows() {
        Token token = tokens.peek();
        return (token.is(TokenType.OPERATOR) && COMPARISONS.contains(token.text()))
                || token.isName("in")
                || (token.isName("not") && tokens.peekSecond().isName("in"));
    }

    /** One expression, or several with commas between them, which then are a tuple. */
    Expression parseTuple(int minimum, String... endNames) {
        return primaries.tuple(minimum, false, endNames);
    }

    /** Filters behind a tag's name, applied to what the tag's body renders. */
    Expression parseFilters(boolean firstWithoutPipe) {
        Expression node = new Expression.Captured(tokens.peek().at());
        if (firstWithoutPipe) {
            node = primaries.filter(node);
        }
        while (tokens.skipOperator("|")) {
            node = primaries.filter(node);
        }
        return node;
    }
}
