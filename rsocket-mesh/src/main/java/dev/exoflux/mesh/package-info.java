/** Peers of one cluster: one implementation of {@link dev.exoflux.pipeline.Mesh}. */
@NullMarked
package dev.exoflux.mesh;

import org.jspecify.annotations.NullMarked;
