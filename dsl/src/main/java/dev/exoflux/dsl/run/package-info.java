/**
 * Pipelines as they run: what a definition becomes, and the peer that answers in its name.
 *
 * <p>{@link dev.exoflux.dsl.run.PipelinePeer} stands in front of a peer that serves models; {@link dev.exoflux.dsl.run.Compiler} turns a
 * definition into the generators of {@code dev.exoflux.pipeline.compose}.
 */
@NullMarked
package dev.exoflux.dsl.run;

import org.jspecify.annotations.NullMarked;
