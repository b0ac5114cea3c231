/** Clusters of real processes on hosts of their own, and what happens to them. */
@NullMarked
package dev.exoflux.shell.cluster;

import org.jspecify.annotations.NullMarked;
