/** Topologies and placements as text, in both directions: files to plan, answers, and formats that graph tools read. */
@NullMarked
package dev.exoflux.pipeline.placement.format;

import org.jspecify.annotations.NullMarked;
