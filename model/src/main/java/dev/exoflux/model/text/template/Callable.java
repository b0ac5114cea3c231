package dev.exoflux.model.text.template;

/** A value that can be called. */
interface Callable {

    Object call(Rendering rendering, Arguments arguments);
}
