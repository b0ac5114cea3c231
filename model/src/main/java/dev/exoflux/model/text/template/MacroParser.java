package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The {@code macro} and {@code call} tags. */
final class MacroParser {

    private final TokenStream tokens;
    private final StatementParser statements;

    MacroParser(TokenStream tokens, StatementParser statements) {
        this.tokens = tokens;
        this.statements = statements;
    }

    Statement macro() {
        Position at = tokens.take().at();
        String name = statements.assignableName();
        Signature signature = signature();
        List<Statement> body = statements.closedBodyTo("endmacro");
        return new Statement.MacroDefinition(name, macroBody(name, signature, body, at));
    }

    Statement call() {
        Position at = tokens.take().at();
        Signature signature = tokens.peek().isOperator("(") ? signature() : new Signature(List.of(), List.of());
        Expression callee = statements.expression();
        if (!(callee instanceof Expression.Call call)) {
            throw new TemplateFailure("the tag 'call' needs a call", callee.at());
        }
        List<Statement> body = statements.closedBodyTo("endcall");
        return new Statement.CallBlock(macroBody("", signature, body, at), call);
    }

    private record Signature(List<String> parameters, List<Expression> defaults) {}

    private Signature signature() {
        tokens.expectOperator("(");
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        while (!tokens.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            Token token = tokens.peek();
            String name = statements.assignableName();
            if (parameters.contains(name)) {
                throw new TemplateFailure("the parameter '" + name + "' is named twice", token.at());
            }
            parameters.add(name);
            if (tokens.skipOperator("=")) {
                defaults.add(statements.expression());
            } else if (!defaults.isEmpty()) {
                throw new TemplateFailure(
                        "the parameter '" + name + "' needs a default, as those before it", token.at());
            }
        }
        return new Signature(parameters, defaults);
    }

    private static MacroBody macroBody(String name, Signature signature, List<Statement> body, Position at) {
        Set<String> special = new HashSet<>(Set.of("varargs", "kwargs", "caller"));
        special.retainAll(NameCollector.undeclaredIn(body));
        if (special.contains("caller") && signature.parameters().contains("caller")) {
            requireDefault(signature, at);
        }
        special.removeAll(signature.parameters());
        return new MacroBody(
                name,
                signature.parameters(),
                signature.defaults(),
                body,
                special.contains("varargs"),
                special.contains("kwargs"),
                special.contains("caller"),
                new Locals(),
                at);
    }

    private static void requireDefault(Signature signature, Position at) {
        int withoutDefault =
                signature.parameters().size() - signature.defaults().size();
        if (signature.parameters().indexOf("caller") < withoutDefault) {
            throw new TemplateFailure("the parameter 'caller' needs a default", at);
        }
    }
}
