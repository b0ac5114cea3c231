package dev.exoflux.dsl.definition;

import java.util.List;

/** What a pipeline does with a request. */
public sealed interface Body extends Target permits Single, Triad, Router, Fallback, FanOut {

    /** Whom it hands requests to, in order; empty where it answers itself. */
    List<Target> targets();
}
