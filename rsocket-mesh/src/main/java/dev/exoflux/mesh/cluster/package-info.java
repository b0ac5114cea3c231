/** What a peer does in its cluster: holds the parts of models that are placed on it, and answers with all of them. */
@NullMarked
package dev.exoflux.mesh.cluster;

import org.jspecify.annotations.NullMarked;
