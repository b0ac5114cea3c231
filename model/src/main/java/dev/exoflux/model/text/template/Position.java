package dev.exoflux.model.text.template;

/** A place in a template; line and column are counted from 1, and only when somebody asks. */
record Position(Source source, int offset) {

    static final Position START = new Position(Source.of(""), 0);

    int line() {
        return source.line(offset);
    }

    int column() {
        return source.column(offset);
    }
}
