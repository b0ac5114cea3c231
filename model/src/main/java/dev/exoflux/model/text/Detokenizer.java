package dev.exoflux.model.text;

/**
 * The text of a sequence that arrives token by token: one for each sequence, not thread-safe.
 *
 * <p>The pieces joined together are the {@linkplain Tokenizer#decode text of all ids}; no piece ends inside a character. (They
 * differ in what no valid text holds: {@code decode} writes U+FFFD for every byte of a run of SentencePiece byte tokens that is
 * broken anywhere, complete characters in it included; here those are out already, and each broken part gives one.)
 */
public sealed interface Detokenizer permits ByteDetokenizer, WindowDetokenizer {

    /** What became certain with this token: empty while a character is incomplete or where a token adds no text. */
    String add(int id);

    /** The rest, once the sequence has ended: U+FFFD for a character that was cut off, else empty. */
    String finish();
}
