package dev.exoflux.model.text;

import java.util.Arrays;

/**
 * Decodes a short window of the last tokens with and without the new ones; the difference is the new text. For decoders that
 * look at neighbouring tokens (WordPiece, Metaspace, none at all). The window keeps the tokens of the piece before, so that
 * what a decoder does only to the first token of a text happens to one that is already out (the incremental detokenisation of
 * text-generation-inference and vLLM).
 */
final class WindowDetokenizer implements Detokenizer {

    /** A character has at most four bytes, so what is still U+FFFD after as many tokens will remain so. */
    private static final int LONGEST_WAIT = 4;

    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    private int[] window = {};
    private int read;

    WindowDetokenizer(Tokenizer tokenizer, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
    }

    @Override
    public String add(int id) {
        if (tokenizer.tokenOf(id) == null || (skipSpecial && tokenizer.isSpecial(id))) {
            return "";
        }
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = id;
        String text = tokenizer.decode(window, skipSpecial);
        return text.endsWith("\uFFFD") && window.length - read < LONGEST_WAIT ? "" : advance(text);
    }

    @Override
    public String finish() {
        return read == window.length ? "" : advance(tokenizer.decode(window, skipSpecial));
    }

    private String advance(String text) {
        String before = tokenizer.decode(Arrays.copyOf(window, read), skipSpecial);
        window = Arrays.copyOfRange(window, read, window.length);
        read = window.length;
        return text.length() > before.length() ? text.substring(before.length()) : "";
    }
}
