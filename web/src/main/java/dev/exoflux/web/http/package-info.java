/** What every HTTP endpoint needs: strict request fields, one table of errors, server-sent events with back-pressure. */
@NullMarked
package dev.exoflux.web.http;

import org.jspecify.annotations.NullMarked;
