/** Pipelines told to people: the stream that a definition becomes, step by step. */
@NullMarked
package dev.exoflux.dsl.explain;

import org.jspecify.annotations.NullMarked;
