package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro together with the scope it was defined in; what it renders is its value. */
final class Macro implements Callable {

    private final MacroBody definition;
    private final Scope outer;
    private final Interpreter interpreter;

    Macro(MacroBody definition, Scope outer, Interpreter interpreter) {
        this.definition = definition;
        this.outer = outer;
        this.interpreter = interpreter;
    }

    MacroBody definition() {
        return definition;
    }

    String describe() {
        return definition.name().isEmpty() ? "<Macro anonymous>" : "<Macro '" + definition.name() + "'>";
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        Scope scope = new Scope(outer, definition.locals());
        bind(arguments, scope);
        scope.enter(rendering);
        interpreter.setDefaults(definition, scope);
        return interpreter.render(definition.body(), scope);
    }

    private void bind(Arguments arguments, Scope scope) {
        List<String> parameters = definition.parameters();
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        List<Object> positional = arguments.positional();
        int taken = Math.min(positional.size(), parameters.size());
        for (int i = 0; i < parameters.size(); i++) {
            Object value = i < taken ? positional.get(i) : named.remove(parameters.get(i));
            scope.set(parameters.get(i), value == null ? Missing.MISSING : value);
        }
        if (definition.usesCaller()) {
            Object caller = named.remove("caller");
            scope.set("caller", caller == null ? new Undefined("no caller is defined") : caller);
        }
        bindSurplus(named, new ArrayList<>(positional.subList(taken, positional.size())), scope);
    }

    private void bindSurplus(Map<String, Object> named, List<Object> positional, Scope scope) {
        Budget budget = interpreter.budget();
        if (definition.usesKwargs()) {
            Dict kwargs = new Dict();
            named.forEach((name, value) -> kwargs.put(name, value, budget));
            scope.set("kwargs", kwargs);
        } else if (!named.isEmpty()) {
            throw new TemplateFailure("the macro '%s' takes no argument named '%s'"
                    .formatted(definition.name(), named.keySet().iterator().next()));
        }
        if (definition.usesVarargs()) {
            scope.set("varargs", new Tuple(positional));
        } else if (!positional.isEmpty()) {
            throw new TemplateFailure("the macro '%s' takes at most %d arguments"
                    .formatted(definition.name(), definition.parameters().size()));
        }
    }
}
