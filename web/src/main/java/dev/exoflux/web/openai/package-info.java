/**
 * OpenAI's chat completions, completions and models, as its clients know them, and beside them the token endpoints of
 * llama.cpp's server. Every field is honoured or refused by name.
 */
@NullMarked
package dev.exoflux.web.openai;

import org.jspecify.annotations.NullMarked;
