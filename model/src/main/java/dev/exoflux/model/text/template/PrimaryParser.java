package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What binds most strongly: literals, names, displays, and what is written directly behind them. */
final class PrimaryParser {

    private final TokenStream tokens;
    private final ExpressionParser expressions;

    PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expression primary() {
        Token token = tokens.peek();
        return switch (token.type()) {
            case NAME -> name(tokens.take());
            case STRING -> string();
            case INTEGER ->
                new Expression.Literal(NumberLiteral.parseInteger(tokens.take().text()), token.at());
            case FLOAT ->
                new Expression.Literal(Double.valueOf(tokens.take().text().replace("_", "")), token.at());
            case OPERATOR -> display(token);
            default -> throw tokens.unexpected("an expression");
        };
    }

    private static Expression name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true, token.at());
            case "false", "False" -> new Expression.Literal(false, token.at());
            case "none", "None" -> new Expression.Literal(None.NONE, token.at());
            default -> new Expression.Name(token.text(), token.at());
        };
    }

    private Expression string() {
        Token first = tokens.take();
        if (!tokens.peek().is(TokenType.STRING)) {
            return new Expression.Literal(first.text(), first.at());
        }
        StringBuilder joined = new StringBuilder(first.text());
        while (tokens.peek().is(TokenType.STRING)) {
            joined.append(tokens.take().text());
        }
        return new Expression.Literal(joined.toString(), first.at());
    }

    private Expression display(Token token) {
        return switch (token.text()) {
            case "(" -> {
                tokens.take();
                Expression inner = tuple(ExpressionParser.ANY, true);
                tokens.expectOperator(")");
                yield inner;
            }
            case "[" -> list();
            case "{" -> dict();
            default -> throw tokens.unexpected("an expression");
        };
    }

    private Expression list() {
        Position at = tokens.take().at();
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
            items.add(expressions.parse(ExpressionParser.ANY));
            separator("]");
        }
        return new Expression.ListDisplay(items, at);
    }

    private Expression dict() {
        Position at = tokens.take().at();
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
            keys.add(expressions.parse(ExpressionParser.ANY));
            tokens.expectOperator(":");
            values.add(expressions.parse(ExpressionParser.ANY));
            separator("}");
        }
        return new Expression.DictDisplay(keys, values, at);
    }

    /** A comma, which may also be the last thing before the end. */
    private void separator(String end) {
        if (!tokens.peek().isOperator(end)) {
            tokens.expectOperator(",");
        }
    }

    Expression tuple(int minimum, boolean inParentheses, String... endNames) {
        Position at = tokens.peek().at();
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (!tupleEnds(endNames)) {
            items.add(expressions.parse(minimum));
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (!comma && items.size() == 1) {
            return items.getFirst();
        }
        if (!comma && !inParentheses) {
            throw tokens.unexpected("an expression");
        }
        return new Expression.TupleDisplay(items, at);
    }

    private boolean tupleEnds(String... endNames) {
        Token token = tokens.peek();
        for (String name : endNames) {
            if (token.isName(name)) {
                return true;
            }
        }
        return token.is(TokenType.VARIABLE_END) || token.is(TokenType.BLOCK_END) || token.isOperator(")");
    }

    /** {@code node} with the attributes, subscripts and calls behind it. */
    Expression postfix(Expression node) {
        Expression result = node;
        while (true) {
            Token token = tokens.peek();
            if (token.isOperator(".")) {
                result = attribute(result);
            } else if (token.isOperator("[")) {
                result = subscript(result);
            } else if (token.isOperator("(")) {
                result = new Expression.Call(result, arguments(), token.at());
            } else {
                return result;
            }
        }
    }

    private Expression attribute(Expression of) {
        Position at = tokens.take().at();
        Token name = tokens.peek();
        if (name.is(TokenType.INTEGER)) {
            Object index = NumberLiteral.parseInteger(tokens.take().text());
            return new Expression.Item(of, new Expression.Literal(index, name.at()), at);
        }
        return new Expression.Attribute(of, tokens.expect(TokenType.NAME).text(), at);
    }

    private Expression subscript(Expression of) {
        Position at = tokens.take().at();
        List<Expression> indices = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
            if (!indices.isEmpty()) {
                tokens.expectOperator(",");
            }
            Expression index = tokens.peek().isOperator(":") ? null : expressions.parse(ExpressionParser.ANY);
            if (index != null && !tokens.peek().isOperator(":")) {
                indices.add(index);
            } else if (indices.isEmpty()) {
                Expression slice = slice(of, index, at);
                tokens.expectOperator("]");
                return slice;
            } else {
                throw tokens.unexpected("an index");
            }
        }
        return new Expression.Item(
                of, indices.size() == 1 ? indices.getFirst() : new Expression.TupleDisplay(indices, at), at);
    }

    private Expression slice(Expression of, @Nullable Expression start, Position at) {
        tokens.expectOperator(":");
        Expression stop = bound();
        Expression step = tokens.skipOperator(":") ? bound() : null;
        return new Expression.Slice(of, start, stop, step, at);
    }

    private @Nullable Expression bound() {
        Token token = tokens.peek();
        return token.isOperator(":") || token.isOperator("]") ? null : expressions.parse(ExpressionParser.ANY);
    }

    CallArguments arguments() {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        Expression spread = null;
        Expression keywordSpread = null;
        while (!tokens.skipOperator(")")) {
            Token token = tokens.peek();
            if (tokens.skipOperator("*")) {
                order(spread == null && keywordSpread == null, token);
                spread = expressions.parse(ExpressionParser.ANY);
            } else if (tokens.skipOperator("**")) {
                order(keywordSpread == null, token);
                keywordSpread = expressions.parse(ExpressionParser.ANY);
            } else if (token.is(TokenType.NAME) && tokens.peekSecond().isOperator("=")) {
                order(keywordSpread == null && !names.contains(token.text()), token);
                names.add(tokens.take().text());
                tokens.take();
                values.add(expressions.parse(ExpressionParser.ANY));
            } else {
                order(spread == null && keywordSpread == null && names.isEmpty(), token);
                positional.add(expressions.parse(ExpressionParser.ANY));
            }
            separator(")");
        }
        return new CallArguments(positional, names, values, spread, keywordSpread);
    }

    private static void order(boolean allowed, Token token) {
        if (!allowed) {
            throw new TemplateFailure("the arguments of this call are in no valid order", token.at());
        }
    }

    /** {@code node} with the filters and tests behind it. */
    Expression filtersAndTests(Expression node) {
        Expression result = node;
        while (true) {
            Token token = tokens.peek();
            if (tokens.skipOperator("|")) {
                result = filter(result);
            } else if (tokens.skipName("is")) {
                result = test(result, token.at());
            } else if (token.isOperator("(")) {
                result = new Expression.Call(result, arguments(), token.at());
            } else {
                return result;
            }
        }
    }

    Expression filter(Expression input) {
        Position at = tokens.peek().at();
        String name = dottedName();
        CallArguments arguments = tokens.peek().isOperator("(") ? arguments() : CallArguments.NONE;
        return new Expression.Filter(input, name, arguments, at);
    }

    private Expression test(Expression input, Position is) {
        boolean negated = tokens.skipName("not");
        Position at = tokens.peek().at();
        String name = dottedName();
        Expression test = new Expression.Test(input, name, testArguments(), at);
        return negated ? new Expression.Not(test, is) : test;
    }

    private CallArguments testArguments() {
        Token token = tokens.peek();
        if (token.isOperator("(")) {
            return arguments();
        }
        boolean argumentFollows = switch (token.type()) {
            case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.isOperator("[") || token.isOperator("{");
            default -> false;
        };
        if (!argumentFollows) {
            return CallArguments.NONE;
        }
        if (token.isName("is")) {
            throw new TemplateFailure("tests cannot be chained with 'is'", token.at());
        }
        return CallArguments.of(postfix(primary()));
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(TokenType.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(TokenType.NAME).text());
        }
        return name.toString();
    }
}
