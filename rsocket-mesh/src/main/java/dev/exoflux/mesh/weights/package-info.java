/** Models on the disks of peers, and how their files come from peer to peer. */
@NullMarked
package dev.exoflux.mesh.weights;

import org.jspecify.annotations.NullMarked;
