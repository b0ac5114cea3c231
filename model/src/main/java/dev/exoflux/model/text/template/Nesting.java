package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;

/** Keeps a template's syntax from being nested deeper than the stack allows to parse and to walk it. */
final class Nesting {

    private final int limit;
    private int depth;

    Nesting(int limit) {
        this.limit = limit;
    }

    void enter(Position at) {
        if (++depth > limit) {
            throw tooDeep(at);
        }
    }

    void leave() {
        depth--;
    }

    /** Chains such as {@code a + b + c} are deep without having been nested: measured level by level. */
    Expression measured(Expression root) {
        List<Expression> level = List.of(root);
        for (int height = 1; !level.isEmpty(); height++) {
            if (height > limit) {
                throw tooDeep(root.at());
            }
            List<Expression> below = new ArrayList<>();
            for (Expression node : level) {
                below.addAll(node.children());
            }
            level = below;
        }
        return root;
    }

    private TemplateFailure tooDeep(Position at) {
        return new TemplateFailure("the syntax is nested deeper than " + limit + " levels", at);
    }
}
