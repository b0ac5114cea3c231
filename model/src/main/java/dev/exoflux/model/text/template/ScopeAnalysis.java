package dev.exoflux.model.text.template;

import java.util.List;

/**
 * Settles which block owns which name. Jinja compiles a template to Python functions and names to their variables, which
 * a template can notice: a name that is assigned at the end of the template is empty in a loop before it, even when a
 * variable of that name was given. Prompts depend on it, so the same is done here.
 */
final class ScopeAnalysis {

    private ScopeAnalysis() {}

    static Locals analyse(List<Statement> template) {
        Symbols symbols = Symbols.root();
        Locals locals = new Locals();
        block(symbols, template, locals);
        return locals;
    }

    /** Names of the block itself first, then the blocks inside of it, which build on them. */
    private static void block(Symbols symbols, List<Statement> body, Locals locals) {
        collect(body, symbols);
        locals.settle(symbols.loads());
        descend(body, symbols);
    }

    private static void collect(List<Statement> body, Symbols symbols) {
        for (Statement statement : body) {
            switch (statement) {
                case Statement.Print print -> read(print.value(), symbols);
                case Statement.If branches -> branches(branches.branches(), branches.otherwise(), symbols);
                case Statement.For loop -> read(loop.items(), symbols);
                case Statement.Assignment assignment -> {
                    read(assignment.value(), symbols);
                    assign(assignment.target(), symbols);
                }
                case Statement.BlockAssignment assignment -> assign(assignment.target(), symbols);
                case Statement.MacroDefinition definition -> symbols.store(definition.name());
                case Statement.CallBlock block -> read(block.call(), symbols);
                case Statement.FilterBlock block -> read(block.value(), symbols);
                case Statement.With with -> with.values().forEach(value -> read(value, symbols));
                case Statement.Generation generation -> {}
                case Statement.Text text -> {}
                case Statement.Break exit -> {}
                case Statement.Continue skip -> {}
            }
        }
    }

    private static void branches(List<Statement.Branch> branches, List<Statement> otherwise, Symbols symbols) {
        read(branches.getFirst().test(), symbols);
        Symbols first = symbols.branch();
        collect(branches.getFirst().body(), first);
        Symbols further = symbols.branch();
        for (Statement.Branch branch : branches.subList(1, branches.size())) {
            read(branch.test(), further);
            Symbols body = further.branch();
            collect(branch.body(), body);
            further.merge(List.of(body));
        }
        Symbols last = symbols.branch();
        collect(otherwise, last);
        symbols.merge(List.of(first, further, last));
    }

    private static void descend(List<Statement> body, Symbols symbols) {
        for (Statement statement : body) {
            switch (statement) {
                case Statement.If branches -> {
                    branches.branches().forEach(branch -> descend(branch.body(), symbols));
                    descend(branches.otherwise(), symbols);
                }
                case Statement.For loop -> loop(loop, symbols);
                case Statement.BlockAssignment assignment -> {
                    Symbols inner = symbols.inner();
                    read(assignment.value(), inner);
                    block(inner, assignment.body(), assignment.locals());
                }
                case Statement.MacroDefinition definition -> macro(definition.macro(), symbols);
                case Statement.CallBlock block -> macro(block.caller(), symbols);
                case Statement.FilterBlock block -> block(symbols.inner(), block.body(), block.locals());
                case Statement.With with -> {
                    Symbols inner = symbols.inner();
                    with.targets().forEach(target -> declare(target, inner));
                    block(inner, with.body(), with.locals());
                }
                case Statement.Generation generation -> block(symbols.inner(), generation.body(), generation.locals());
                case Statement.Print print -> {}
                case Statement.Assignment assignment -> {}
                case Statement.Text text -> {}
                case Statement.Break exit -> {}
                case Statement.Continue skip -> {}
            }
        }
    }

    private static void loop(Statement.For loop, Symbols symbols) {
        Symbols body = symbols.inner();
        body.parameter("loop");
        declare(loop.target(), body);
        block(body, loop.body(), loop.bodyLocals());
        block(symbols.inner(), loop.otherwise(), loop.otherwiseLocals());
        if (loop.filter() != null) {
            Symbols filter = symbols.inner();
            declare(loop.target(), filter);
            read(loop.filter(), filter);
            loop.filterLocals().settle(filter.loads());
        }
    }

    private static void macro(MacroBody macro, Symbols symbols) {
        Symbols inner = symbols.inner();
        macro.parameters().forEach(inner::parameter);
        if (macro.usesCaller()) {
            inner.parameter("caller");
        }
        if (macro.usesKwargs()) {
            inner.parameter("kwargs");
        }
        if (macro.usesVarargs()) {
            inner.parameter("varargs");
        }
        macro.defaults().forEach(value -> read(value, inner));
        block(inner, macro.body(), macro.locals());
    }

    private static void read(Expression expression, Symbols symbols) {
        NameCollector.namesIn(expression, symbols::load);
    }

    private static void assign(Target target, Symbols symbols) {
        NameCollector.namesIn(target, symbols::store, symbols::load);
    }

    private static void declare(Target target, Symbols symbols) {
        NameCollector.namesIn(target, symbols::parameter, symbols::load);
    }
}
