/** What turns messages into token ids and token ids into text: tokenizer, prompt format, detokeniser, stop strings. */
@NullMarked
package dev.exoflux.model.text;

import org.jspecify.annotations.NullMarked;
