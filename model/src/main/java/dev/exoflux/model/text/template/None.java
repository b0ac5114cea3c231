package dev.exoflux.model.text.template;

/** Python's {@code None}. */
enum None {
    NONE
}
