/** What a decoder model is: tensors, the operations on them, caches, sampling. Plain Java: no Reactor, no Spring. */
@NullMarked
package dev.exoflux.model;

import org.jspecify.annotations.NullMarked;
