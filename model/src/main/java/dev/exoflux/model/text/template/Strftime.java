package dev.exoflux.model.text.template;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Dates after a format of C's {@code strftime}, in English, of a time without a zone. */
final class Strftime {

    private final LocalDateTime time;

    private Strftime(LocalDateTime time) {
        this.time = time;
    }

    static String format(String format, LocalDateTime time) {
        return new Strftime(time).expand(format);
    }

    private String expand(String format) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            boolean unpadded = format.startsWith("-", at);
            at += unpadded ? 1 : 0;
            if (at >= format.length()) {
                throw new TemplateFailure("the format of a date ends with '%'");
            }
            String text = directive(format.charAt(at++));
            out.append(unpadded ? withoutPadding(text) : text);
        }
        return out.toString();
    }

    private static String withoutPadding(String text) {
        int start = 0;
        while (start < text.length() - 1 && (text.charAt(start) == '0' || text.charAt(start) == ' ')) {
            start++;
        }
        return text.substring(start);
    }

    private String directive(char letter) {
        return switch (letter) {
            case 'Y' -> String.valueOf(time.getYear());
            case 'C' -> two(time.getYear() / 100);
            case 'y' -> two(time.getYear() % 100);
            case 'm' -> two(time.getMonthValue());
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'd' -> two(time.getDayOfMonth());
            case 'e' -> blankPadded(time.getDayOfMonth());
            case 'j' -> "%03d".formatted(time.getDayOfYear());
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
            case 'U' -> two(weekFrom(DayOfWeek.SUNDAY));
            case 'W' -> two(weekFrom(DayOfWeek.MONDAY));
            case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'g' -> two(time.get(IsoFields.WEEK_BASED_YEAR) % 100);
            default -> timeDirective(letter);
        };
    }

    private String timeDirective(char letter) {
        return switch (letter) {
            case 'H' -> two(time.getHour());
            case 'k' -> blankPadded(time.getHour());
            case 'I' -> two(time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
            case 'l' -> blankPadded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
            case 'M' -> two(time.getMinute());
            case 'S' -> two(time.getSecond());
            case 'f' -> "%06d".formatted(time.get(ChronoField.MICRO_OF_SECOND));
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'z', 'Z' -> "";
            case 'c' -> expand("%a %b %e %H:%M:%S %Y");
            case 'x', 'D' -> expand("%m/%d/%y");
            case 'X', 'T' -> expand("%H:%M:%S");
            case 'F' -> expand("%Y-%m-%d");
            case 'R' -> expand("%H:%M");
            case 'r' -> expand("%I:%M:%S %p");
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> throw new TemplateFailure("the format of a date has no '%" + letter + "'");
        };
    }

    /** The number of this week in its year, whose first one begins on the first such day. */
    private int weekFrom(DayOfWeek first) {
        int sinceFirst = Math.floorMod(time.getDayOfWeek().getValue() - first.getValue(), 7);
        return (time.getDayOfYear() - 1 + 7 - sinceFirst) / 7;
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }

    private static String blankPadded(int number) {
        return number < 10 ? " " + number : String.valueOf(number);
    }
}
