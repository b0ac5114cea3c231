/** The stream: stages, hops, batching. Knows Reactor, and no transport. */
@NullMarked
package dev.exoflux.pipeline;

import org.jspecify.annotations.NullMarked;
