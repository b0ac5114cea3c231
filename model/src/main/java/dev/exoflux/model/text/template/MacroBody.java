package dev.exoflux.model.text.template;

import java.util.List;

/**
 * The parameters and the body of a macro or of a call block.
 *
 * @param name the macro's, or empty for a call block
 * @param defaults of the last parameters
 * @param usesVarargs whether surplus positional arguments are caught, because the body speaks of {@code varargs}
 * @param usesKwargs whether unknown keyword arguments are caught
 * @param usesCaller whether the body speaks of {@code caller}
 */
record MacroBody(
        String name,
        List<String> parameters,
        List<Expression> defaults,
        List<Statement> body,
        boolean usesVarargs,
        boolean usesKwargs,
        boolean usesCaller,
        Locals locals,
        Position at) {}
