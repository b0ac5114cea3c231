/** Models on disk: finding them, reading their configuration, and loading the weights a shard needs. */
@NullMarked
package dev.exoflux.model.weights;

import org.jspecify.annotations.NullMarked;
