/** The cluster over HTTP: who is there, what is placed where, the orders that change it, and events as it changes. */
@NullMarked
package dev.exoflux.web.api;

import org.jspecify.annotations.NullMarked;
