/** What can be planned without being there: well-known models, and machines one thinks of buying. */
@NullMarked
package dev.exoflux.pipeline.placement.catalog;

import org.jspecify.annotations.NullMarked;
