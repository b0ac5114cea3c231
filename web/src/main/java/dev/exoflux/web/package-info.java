/** The HTTP face of a peer: health, and the endpoints of the protocols in the packages below. */
@NullMarked
package dev.exoflux.web;

import org.jspecify.annotations.NullMarked;
