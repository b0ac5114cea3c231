package dev.exoflux.model.text.template;

/** A place in the template's source; line and column are counted from 1. */
record Position(int line, int column) {}
