package dev.exoflux.model.text.template;

/**
 * Python's format specification: {@code [[fill]align][sign][z][#][0][width][grouping][.precision][type]}.
 *
 * @param align one of {@code < > = ^}, or 0 for the type's own
 * @param sign one of {@code + -} and blank
 * @param grouping {@code ,} or {@code _}, or 0
 * @param precision -1 where none is given
 * @param type 0 where none is given
 */
record FormatSpec(
        String fill,
        char align,
        char sign,
        boolean noNegativeZero,
        boolean alternate,
        int width,
        char grouping,
        int precision,
        char type) {

    static FormatSpec parse(String spec) {
        return new Parser(spec).parse();
    }

    private static final class Parser {

        private final String spec;
        private int at;

        Parser(String spec) {
            this.spec = spec;
        }

        FormatSpec parse() {
            String fill = " ";
            char align = 0;
            int first = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
            if (isAlign(first) && first > 0) {
                fill = spec.substring(0, first);
                align = spec.charAt(first);
                at = first + 1;
            } else if (isAlign(0)) {
                align = spec.charAt(0);
                at = 1;
            }
            char sign = oneOf("+- ");
            boolean noNegativeZero = oneOf("z") != 0;
            boolean alternate = oneOf("#") != 0;
            if (oneOf("0") != 0 && align == 0) {
                fill = "0";
                align = '0';
            }
            int width = number();
            char grouping = oneOf(",_");
            int precision = -1;
            if (oneOf(".") != 0) {
                int start = at;
                precision = number();
                require(at > start);
            }
            char type = at < spec.length() ? spec.charAt(at++) : 0;
            require(at == spec.length());
            return new FormatSpec(fill, align, sign, noNegativeZero, alternate, width, grouping, precision, type);
        }

        private boolean isAlign(int index) {
            return index < spec.length() && "<>=^".indexOf(spec.charAt(index)) >= 0;
        }

        private char oneOf(String characters) {
            boolean found = at < spec.length() && characters.indexOf(spec.charAt(at)) >= 0;
            return found ? spec.charAt(at++) : 0;
        }

        private int number() {
            long number = 0;
            while (at < spec.length() && spec.charAt(at) >= '0' && spec.charAt(at) <= '9') {
                number = Math.min(10 * number + (spec.charAt(at++) - '0'), Integer.MAX_VALUE);
            }
            return (int) number;
        }

        private void require(boolean valid) {
            if (!valid) {
                throw new TemplateFailure("'" + spec + "' is no valid format");
            }
        }
    }
}
