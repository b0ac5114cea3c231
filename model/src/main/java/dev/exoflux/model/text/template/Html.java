package dev.exoflux.model.text.template;

import java.nio.charset.StandardCharsets;

/** Escapes for HTML and URLs. */
final class Html {

    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~";

    private Html() {}

    static String escape(String text, Budget budget) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\'' -> out.append("&#39;");
                case '"' -> out.append("&#34;");
                default -> out.append(c);
            }
        }
        budget.characters(out.length());
        return out.toString();
    }

    /** Percent-encoded; in a query a slash too, and a space becomes a plus. */
    static String quote(String text, boolean forQuery, Budget budget) {
        budget.characters(3L * text.length());
        StringBuilder out = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (UNRESERVED.indexOf(c) >= 0 || (c == '/' && !forQuery)) {
                out.append(c);
            } else if (c == ' ' && forQuery) {
                out.append('+');
            } else {
                out.append('%').append("%02X".formatted((int) c));
            }
        }
        return out.toString();
    }
}
