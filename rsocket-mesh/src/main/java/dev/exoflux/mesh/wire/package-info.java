/** Hops between peers: what travels, and the RSocket channels it travels on. */
@NullMarked
package dev.exoflux.mesh.wire;

import org.jspecify.annotations.NullMarked;
