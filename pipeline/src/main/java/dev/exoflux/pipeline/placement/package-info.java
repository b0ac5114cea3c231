/** Which part of a model goes where: pure functions, no stream and no clock. */
@NullMarked
package dev.exoflux.pipeline.placement;

import org.jspecify.annotations.NullMarked;
