package dev.exoflux.model.text.template;

/** The one value whose attributes a template can assign: {@code namespace(...)}. */
final class Namespace {

    private final Dict attributes;

    Namespace(Dict attributes) {
        this.attributes = attributes;
    }

    Dict attributes() {
        return attributes;
    }

    void set(String name, Object value, Budget budget) {
        checkName(name);
        attributes.put(name, value, budget);
    }

    static void checkName(Object name) {
        if (name instanceof String text && text.startsWith("_")) {
            throw new TemplateFailure("a namespace has no attributes that begin with an underscore: '" + text + "'");
        }
    }
}
