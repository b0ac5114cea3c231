/** The decoder architectures, one file each, written against {@link dev.exoflux.model.Ops} and so for every backend. */
@NullMarked
package dev.exoflux.model.arch;

import org.jspecify.annotations.NullMarked;
