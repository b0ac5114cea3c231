package dev.exoflux.model.text.template;

/**
 * What a missing variable, attribute or item evaluates to: prints nothing, is false and empty, and anything else done
 * with it fails.
 *
 * @param problem what that failure says
 */
record Undefined(String problem) {

    static Undefined variable(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    TemplateFailure failure() {
        return new TemplateFailure(problem);
    }
}
