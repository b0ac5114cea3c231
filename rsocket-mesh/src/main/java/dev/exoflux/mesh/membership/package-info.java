/** Who is there: identity, discovery, election, and the state all peers share. */
@NullMarked
package dev.exoflux.mesh.membership;

import org.jspecify.annotations.NullMarked;
