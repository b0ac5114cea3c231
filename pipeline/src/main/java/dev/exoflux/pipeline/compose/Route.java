package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.Generator;

/** Where requests go that meet a condition. */
public record Route(RouteCondition condition, Generator to) {}
