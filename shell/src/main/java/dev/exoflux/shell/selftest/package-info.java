/** What a backend that nobody of us could try says of itself: compared with the CPU's, verb by verb and token by token. */
@NullMarked
package dev.exoflux.shell.selftest;

import org.jspecify.annotations.NullMarked;
