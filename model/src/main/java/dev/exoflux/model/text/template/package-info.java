/**
 * Chat templates: an interpreter of the Jinja dialect that Hugging Face's tokenizers render prompts with.
 *
 * <p>What is rendered equals, character for character, what Python's jinja2 (3.1) renders with the settings of
 * transformers: sandboxed and immutable, {@code trim_blocks} and {@code lstrip_blocks} on, autoescape off, the loop
 * controls, the {@code generation} tag, {@code tojson} without HTML escapes, {@code raise_exception} and {@code
 * strftime_now}. Whatever the dialect lacks is an error with line and column, never a prompt that is silently wrong.
 *
 * <p>The way of a template: {@code Source} and {@code Lexer} (text to tokens), {@code StatementParser} and {@code
 * ExpressionParser} (tokens to the records of {@code Statement} and {@code Expression}), {@code ScopeAnalysis} (which
 * block owns which name), and for each rendering {@code Interpreter} and {@code Evaluator} (tree walk), which count what
 * they spend in a {@code Budget}. Values are plain Java objects with Python's meaning; see {@code Values}.
 */
@NullMarked
package dev.exoflux.model.text.template;

import org.jspecify.annotations.NullMarked;
