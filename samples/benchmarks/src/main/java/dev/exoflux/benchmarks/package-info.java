/** How fast kernels, sampler and text are, as JMH measures it; docs/performance.md says how to run this. */
@NullMarked
package dev.exoflux.benchmarks;

import org.jspecify.annotations.NullMarked;
