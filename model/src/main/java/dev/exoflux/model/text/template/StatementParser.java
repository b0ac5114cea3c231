package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;

/** Statements: text, printed expressions and tags, with the bodies of tags up to their end tags. */
final class StatementParser {

    private final TokenStream tokens;
    private final Nesting nesting;
    private final ExpressionParser expressions;
    private final MacroParser macros;
    private int loops;

    private StatementParser(TokenStream tokens, Nesting nesting) {
        this.tokens = tokens;
        this.nesting = nesting;
        this.expressions = new ExpressionParser(tokens, nesting);
        this.macros = new MacroParser(tokens, this);
    }

    static List<Statement> parse(Source source, int depth) {
        TokenStream tokens = new TokenStream(Lexer.tokenize(source));
        StatementParser parser = new StatementParser(tokens, new Nesting(depth));
        List<Statement> template = parser.statements();
        if (!tokens.peek().is(TokenType.END)) {
            throw parser.unexpectedTag();
        }
        return template;
    }

    /** Everything up to a tag that begins no statement, whose opening has been read. */
    private List<Statement> statements() {
        List<Statement> body = new ArrayList<>();
        nesting.enter(tokens.peek().at());
        while (true) {
            Token token = tokens.take();
            switch (token.type()) {
                case DATA -> body.add(new Statement.Text(token.text()));
                case VARIABLE_BEGIN -> {
                    body.add(new Statement.Print(tuple(ExpressionParser.ANY)));
                    tokens.expect(TokenType.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    if (!tag(body)) {
                        nesting.leave();
                        return body;
                    }
                    tokens.expect(TokenType.BLOCK_END);
                }
                default -> {
                    nesting.leave();
                    return body;
                }
            }
        }
    }

    /** Reads one statement's tag and body; false when the tag begins none. */
    private boolean tag(List<Statement> into) {
        Token name = tokens.peek();
        if (!name.is(TokenType.NAME)) {
            throw tokens.unexpected("the name of a tag");
        }
        switch (name.text()) {
            case "if" -> into.add(ifElse());
            case "for" -> into.add(forLoop());
            case "set" -> into.add(set());
            case "print" -> print(into);
            case "with" -> into.add(with());
            case "filter" -> into.add(filter());
            case "macro" -> into.add(macros.macro());
            case "call" -> into.add(macros.call());
            case "generation" -> into.add(generation());
            case "break" -> into.add(control(new Statement.Break()));
            case "continue" -> into.add(control(new Statement.Continue()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The statements behind a tag up to one of the end tags, whose name is left to be read. */
    private List<Statement> bodyUntil(String... endNames) {
        tokens.skipOperator(":");
        Token close = tokens.expect(TokenType.BLOCK_END);
        List<Statement> body = statements();
        for (String name : endNames) {
            if (tokens.peek().isName(name)) {
                return body;
            }
        }
        if (tokens.peek().is(TokenType.END)) {
            throw new TemplateFailure(
                    "the template ends before the '%s' of this tag".formatted(endNames[endNames.length - 1]),
                    close.at());
        }
        throw unexpectedTag();
    }

    List<Statement> bodyTo(String endName) {
        List<Statement> body = bodyUntil(endName);
        tokens.take();
        return body;
    }

    /** A body that is a function of its own: no loop outside of it can be left from inside. */
    List<Statement> closedBodyTo(String endName) {
        int outside = loops;
        loops = 0;
        List<Statement> body = bodyTo(endName);
        loops = outside;
        return body;
    }

    private TemplateFailure unexpectedTag() {
        Token token = tokens.peek();
        return switch (token.text()) {
            case "elif",
                    "else",
                    "endif",
                    "endfor",
                    "endset",
                    "endwith",
                    "endfilter",
                    "endmacro",
                    "endcall",
                    "endgeneration" -> new TemplateFailure("'" + token.text() + "' closes nothing here", token.at());
            default ->
                new TemplateFailure("no tag named '" + token.text() + "'", token.at())
                        .advise("Maybe the template needs an extension of Jinja; what tokenizers' templates may use is"
                                + " what transformers enables.");
        };
    }

    Expression expression() {
        return nesting.measured(expressions.parse(ExpressionParser.ANY));
    }

    private Expression tuple(int minimum, String... endNames) {
        return nesting.measured(expressions.parseTuple(minimum, endNames));
    }

    private Statement ifElse() {
        List<Statement.Branch> branches = new ArrayList<>();
        do {
            tokens.take();
            Expression test = tuple(ExpressionParser.WITHOUT_CONDITIONAL);
            branches.add(new Statement.Branch(test, bodyUntil("elif", "else", "endif")));
        } while (tokens.peek().isName("elif"));
        boolean otherwise = tokens.take().isName("else");
        return new Statement.If(branches, otherwise ? bodyTo("endif") : List.of());
    }

    private Statement forLoop() {
        Position at = tokens.take().at();
        Target target = target(false, "in");
        forbidLoopVariable(target);
        tokens.expectName("in");
        Expression items = tuple(ExpressionParser.WITHOUT_CONDITIONAL, "recursive");
        Expression filter = tokens.skipName("if") ? expression() : null;
        boolean recursive = tokens.skipName("recursive");
        int outside = loops;
        loops = recursive ? 1 : loops + 1;
        List<Statement> body = bodyUntil("else", "endfor");
        loops = recursive ? 0 : outside;
        boolean otherwise = tokens.take().isName("else");
        List<Statement> otherwiseBody = otherwise ? bodyTo("endfor") : List.of();
        loops = outside;
        return new Statement.For(
                target, items, filter, recursive, body, otherwiseBody, new Locals(), new Locals(), new Locals(), at);
    }

    private static void forbidLoopVariable(Target target) {
        switch (target) {
            case Target.Variable variable
            when variable.name().equals("loop") ->
                throw new TemplateFailure("'loop' cannot be assigned to in a loop", variable.at());
            case Target.Unpacking unpacking -> unpacking.targets().forEach(StatementParser::forbidLoopVariable);
            default -> {}
        }
    }

    private Statement set() {
        Position at = tokens.take().at();
        Target target = target(true);
        if (loops > 0) {
            forbidLoopVariable(target);
        }
        if (tokens.skipOperator("=")) {
            return new Statement.Assignment(target, tuple(ExpressionParser.ANY), at);
        }
        Expression value = nesting.measured(expressions.parseFilters(false));
        return new Statement.BlockAssignment(target, value, bodyTo("endset"), new Locals(), at);
    }

    private void print(List<Statement> into) {
        tokens.take();
        boolean first = true;
        while (!tokens.peek().is(TokenType.BLOCK_END)) {
            if (!first) {
                tokens.expectOperator(",");
            }
            into.add(new Statement.Print(expression()));
            first = false;
        }
    }

    private Statement with() {
        Position at = tokens.take().at();
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.peek().is(TokenType.BLOCK_END)) {
            if (!targets.isEmpty()) {
                tokens.expectOperator(",");
            }
            targets.add(target(false));
            tokens.expectOperator("=");
            values.add(expression());
        }
        return new Statement.With(targets, values, bodyTo("endwith"), new Locals(), at);
    }

    private Statement filter() {
        tokens.take();
        Expression value = nesting.measured(expressions.parseFilters(true));
        return new Statement.FilterBlock(value, bodyTo("endfilter"), new Locals());
    }

    private Statement generation() {
        tokens.take();
        return new Statement.Generation(closedBodyTo("endgeneration"), new Locals());
    }

    private Statement control(Statement statement) {
        Token token = tokens.take();
        if (loops == 0) {
            throw new TemplateFailure("'" + token.text() + "' is outside of a loop", token.at());
        }
        return statement;
    }

    /** One target, or several with commas between them, up to a name that ends them. */
    private Target target(boolean namespaceAllowed, String... endNames) {
        Position at = tokens.peek().at();
        List<Target> targets = new ArrayList<>();
        boolean comma = false;
        while (!targetsEnd(endNames)) {
            targets.add(singleTarget(namespaceAllowed));
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (!comma && targets.size() == 1) {
            return targets.getFirst();
        }
        if (!comma) {
            throw tokens.unexpected("something to assign to");
        }
        return new Target.Unpacking(targets, at);
    }

    private boolean targetsEnd(String... endNames) {
        Token token = tokens.peek();
        return token.is(TokenType.BLOCK_END)
                || token.isOperator(")")
                || (endNames.length > 0 && token.isName(endNames[0]));
    }

    private Target singleTarget(boolean namespaceAllowed) {
        Token token = tokens.peek();
        if (tokens.skipOperator("(")) {
            nesting.enter(token.at());
            Target inner = tokens.peek().isOperator(")") ? new Target.Unpacking(List.of(), token.at()) : target(false);
            nesting.leave();
            tokens.expectOperator(")");
            return inner;
        }
        String name = assignableName();
        if (namespaceAllowed && tokens.skipOperator(".")) {
            return new Target.NamespaceAttribute(
                    name, tokens.expect(TokenType.NAME).text(), token.at());
        }
        return new Target.Variable(name, token.at());
    }

    String assignableName() {
        Token token = tokens.expect(TokenType.NAME);
        return switch (token.text()) {
            case "true", "false", "none", "True", "False", "None" ->
                throw new TemplateFailure("'" + token.text() + "' cannot be assigned to", token.at());
            default -> token.text();
        };
    }
}
