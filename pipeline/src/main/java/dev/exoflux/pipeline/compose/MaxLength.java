package dev.exoflux.pipeline.compose;

/** At most so many characters. */
record MaxLength(String name, int characters) implements Rule {

    @Override
    public Watch watch() {
        return new Counting(characters);
    }

    /** Counts each character once. */
    private static final class Counting implements Watch {

        private int left;
        private int counted;

        private Counting(int left) {
            this.left = left;
        }

        @Override
        public Sight see(CharSequence answer, boolean complete) {
            while (counted < answer.length()) {
                if (left == 0) {
                    return Sight.broken(counted);
                }
                left--;
                counted += Character.charCount(Character.codePointAt(answer, counted));
            }
            return Sight.clear(counted);
        }
    }
}
