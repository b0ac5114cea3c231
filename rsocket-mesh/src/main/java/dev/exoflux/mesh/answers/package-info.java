/** Answers of models that another peer has the batcher of: asked for there, and gone on with elsewhere when that peer is lost. */
@NullMarked
package dev.exoflux.mesh.answers;

import org.jspecify.annotations.NullMarked;
