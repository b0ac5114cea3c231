package dev.exoflux.model.text;

/** Joins the bytes of tokens: for tokenizers whose decoder does just that. */
final class ByteDetokenizer implements Detokenizer {

    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    private final char stripped;
    private int stripLeft;
    private final Utf8Decoder utf8 = new Utf8Decoder();
    private final StringBuilder piece = new StringBuilder();

    ByteDetokenizer(Tokenizer tokenizer, TokenBytes bytes, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
        this.stripped = bytes.stripped();
        this.stripLeft = bytes.stripLimit();
    }

    @Override
    public String add(int id) {
        if (!(skipSpecial && tokenizer.isSpecial(id))) {
            utf8.decode(tokenizer.bytesOf(id), piece);
        }
        return take();
    }

    @Override
    public String finish() {
        utf8.finish(piece);
        return take();
    }

    private String take() {
        int start = 0;
        while (start < piece.length() && stripLeft > 0) {
            boolean strip = piece.charAt(start) == stripped;
            stripLeft = strip ? stripLeft - 1 : 0;
            start += strip ? 1 : 0;
        }
        String text = piece.substring(start);
        piece.setLength(0);
        return text;
    }
}
