/** A peer as Spring Boot beans: wiring only. */
@NullMarked
package dev.exoflux.starter;

import org.jspecify.annotations.NullMarked;
