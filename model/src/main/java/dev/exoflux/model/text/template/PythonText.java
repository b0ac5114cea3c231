package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Strings as Python sees them: counted in code points, and with its idea of white space. */
final class PythonText {

    private PythonText() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Index into the Java string of the code point with this number. */
    static int offset(String text, int codePoint) {
        return text.offsetByCodePoints(0, codePoint);
    }

    static String substring(String text, int from, int to) {
        return text.substring(offset(text, from), offset(text, to));
    }

    static List<Object> characters(String text, Budget budget) {
        budget.items(text.length());
        List<Object> characters = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }

    static String repeat(String text, int times, Budget budget) {
        if (times <= 0 || text.isEmpty()) {
            return "";
        }
        budget.characters((long) text.length() * times);
        return text.repeat(times);
    }

    static String strip(String text, IntPredicate stripped) {
        return stripEnd(stripStart(text, stripped), stripped);
    }

    static String stripStart(String text, IntPredicate stripped) {
        int from = 0;
        while (from < text.length() && stripped.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        return text.substring(from);
    }

    static String stripEnd(String text, IntPredicate stripped) {
        int to = text.length();
        while (to > 0 && stripped.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(0, to);
    }

    /** With the first letter of each word in title case and all others in lower case; a word is a run of letters. */
    static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            String letter = Character.toString(c);
            out.append(inWord ? lowerInWord(text, i, letter) : titleCase(letter));
            inWord = isCased(c);
        }
        return out.toString();
    }

    /** Sigma has a form of its own at the end of a word. */
    private static String lowerInWord(String text, int index, String letter) {
        if (letter.equals("\u03a3")) {
            boolean ends = index + 1 >= text.length() || !Character.isLetter(text.codePointAt(index + 1));
            return ends ? "\u03c2" : "\u03c3";
        }
        return lower(letter);
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = Character.charCount(text.codePointAt(0));
        return titleCase(text.substring(0, end))
                + lower(text).substring(lower(text.substring(0, end)).length());
    }

    private static String titleCase(String letter) {
        int title = Character.toTitleCase(letter.codePointAt(0));
        String upper = upper(letter);
        boolean expands = title == letter.codePointAt(0) && upper.codePointCount(0, upper.length()) > 1;
        if (!expands) {
            return Character.toString(title);
        }
        int first = Character.charCount(upper.codePointAt(0));
        return upper.substring(0, first) + lower(upper.substring(first));
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            String letter = Character.toString(c);
            boolean toUpper = Character.isLowerCase(c);
            out.append(Character.isUpperCase(c) ? lower(letter) : toUpper ? upper(letter) : letter);
        });
        return out.toString();
    }

    static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    static String expandTabs(String text, int tabSize, Budget budget) {
        StringBuilder out = new StringBuilder();
        int column = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                int blanks = tabSize > 0 ? tabSize - column % tabSize : 0;
                out.append(repeat(" ", blanks, budget));
                column += blanks;
            } else {
                out.append(c);
                column = c == '\n' || c == '\r' ? 0 : Character.isLowSurrogate(c) ? column : column + 1;
            }
        }
        return out.toString();
    }

    /** Padded to a width in code points, the blanks on the left and on the right. */
    static String pad(String text, int left, int right, String fill, Budget budget) {
        return repeat(fill, left, budget) + text + repeat(fill, right, budget);
    }

    static String center(String text, int width, String fill, Budget budget) {
        int blanks = width - length(text);
        if (blanks <= 0) {
            return text;
        }
        int left = blanks / 2 + (blanks & width & 1);
        return pad(text, left, blanks - left, fill, budget);
    }

    /** The order of strings in Python: by code points, where Java's goes by UTF-16 units. */
    static int compare(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean onlyOne = Character.isSurrogate(x) != Character.isSurrogate(y);
                return onlyOne ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
