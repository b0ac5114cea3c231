/**
 * The sentence that a developer writes. {@link dev.exoflux.dsl.Inference} begins it.
 *
 * <p>Sentences are checked as they are written: what YAML would refuse with line and column, they refuse with the same message,
 * and what cannot go together has no method. They run nothing: a {@link dev.exoflux.dsl.PipelineHost} does.
 */
@NullMarked
package dev.exoflux.dsl;

import org.jspecify.annotations.NullMarked;
