package dev.exoflux.model.text.template;

/** A global function, or a method bound to its object. */
record NativeFunction(String name, Callable code) implements Callable {

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        return code.call(rendering, arguments);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
