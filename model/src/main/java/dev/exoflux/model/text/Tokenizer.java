package dev.exoflux.model.text;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, as {@code tokenizer.json} says (Hugging Face's {@code tokenizers} library, through DJL's
 * binding).
 *
 * <p>Special tokens spelt out in a text become those tokens, as with transformers; the library cannot be told otherwise.
 * Nothing is truncated or padded, whatever the file asks for. Decoding never applies {@code clean_up_tokenization_spaces},
 * which would alter code and cannot be done on a stream; transformers 5 ignores it for these models too.
 *
 * <p>Thread-safe. Owns native memory: {@link #close()} frees it, after which every call fails with
 * {@link ErrorCode#SHUTTING_DOWN}.
 */
public final class Tokenizer implements AutoCloseable {

    private static final byte[] NOTHING = {};

    private final NativeTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final @Nullable TokenBytes bytes;

    private Tokenizer(NativeTokenizer tokenizer, TokenizerFile file) {
        this.tokenizer = tokenizer;
        this.vocabulary = file.vocabulary();
        this.bytes = file.bytes();
    }

    /**
     * Reads a tokenizer; the first in a JVM loads the native library.
     *
     * @param file a {@code tokenizer.json}
     * @param cache directory where the native library is kept between runs
     * @throws ExofluxException with {@link ErrorCode#MODEL_INVALID} if the file is missing or damaged
     */
    public static Tokenizer load(Path file, Path cache) {
        TokenizerFile read = TokenizerFile.read(file);
        NativeLibrary.load(cache);
        try {
            return new Tokenizer(new NativeTokenizer(read.json()), read);
        } catch (RuntimeException e) {
            throw TokenizerFile.invalid(file, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The ids of a text. Unpaired surrogates count as U+FFFD.
     *
     * @param addSpecial whether to add what the tokenizer puts around a text of its own accord, such as a leading BOS; not for
     *     a rendered chat template, which says all of that itself
     */
    public int[] encode(String text, boolean addSpecial) {
        long[] encoded = tokenizer.encode(wellFormed(text), addSpecial);
        int[] ids = new int[encoded.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) encoded[i];
        }
        return ids;
    }

    /**
     * The text of a whole sequence. Ids that stand for nothing are left out; bytes that are no UTF-8 become U+FFFD.
     *
     * @param skipSpecial whether special tokens are left out too
     */
    public String decode(int[] ids, boolean skipSpecial) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        return tokenizer.decode(wide, skipSpecial);
    }

    /** A decoder for a sequence that arrives token by token, beginning a text of its own. */
    public Detokenizer detokenizer(boolean skipSpecial) {
        return bytes == null ? new WindowDetokenizer(this, skipSpecial) : new ByteDetokenizer(this, bytes, skipSpecial);
    }

    /**
     * A decoder for tokens that go on from others: what it gives is what they add to the text of {@code context}, such as the
     * space before their first word, which a SentencePiece text of its own would not show.
     */
    public Detokenizer detokenizerAfter(int[] context, boolean skipSpecial) {
        Detokenizer detokenizer = detokenizer(skipSpecial);
        for (int id : context) {
            detokenizer.add(id);
        }
        return detokenizer;
    }

    /** The highest token id plus one. A model's logits may be wider, padded with ids that stand for nothing. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The id of a token as the tokenizer spells it ({@code <|im_end|>}, {@code Ġhello}), null where there is none. */
    public @Nullable Integer idOf(String token) {
        return vocabulary.id(token);
    }

    /** How the tokenizer spells a token, null where the id stands for nothing. */
    public @Nullable String tokenOf(int id) {
        return vocabulary.token(id);
    }

    /** Whether decoding leaves this token out when asked to skip special ones. */
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id);
    }

    /**
     * The bytes a token adds to a text, possibly a part of a character; empty where the id stands for nothing. Where a tokenizer
     * decodes tokens by their neighbours, those of the token alone.
     */
    public byte[] bytesOf(int id) {
        String token = vocabulary.token(id);
        if (token == null) {
            return NOTHING;
        }
        return bytes == null ? decode(new int[] {id}, false).getBytes(StandardCharsets.UTF_8) : bytes.of(token);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** JNI passes strings as modified UTF-8, which the library cannot read once a surrogate stands alone. */
    private static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
                i++;
                continue;
            }
            mended = mended == null ? new StringBuilder(text) : mended;
            mended.setCharAt(i, '\uFFFD');
        }
        return mended == null ? text : mended.toString();
    }
}
