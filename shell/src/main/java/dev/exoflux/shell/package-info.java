/** The command line: the same commands at the system's shell and at exoflux's own prompt. */
@NullMarked
package dev.exoflux.shell;

import org.jspecify.annotations.NullMarked;
