package dev.exoflux.model.text.template;

/** No value at all: a variable not assigned yet, an argument not given. Never seen by a template. */
enum Missing {
    MISSING
}
