/** Programs a user would write. What the guide shows is taken from here, and a test holds the two together. */
@NullMarked
package dev.exoflux.samples;

import org.jspecify.annotations.NullMarked;
