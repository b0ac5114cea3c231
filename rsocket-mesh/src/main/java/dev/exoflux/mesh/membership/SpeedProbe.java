package dev.exoflux.mesh.membership;

/** Measures a backend. */
public interface SpeedProbe {

    /**
     * What was measured.
     *
     * @param weightBytesPerSecond of weights that a vector is multiplied with; 0 where it is not known
     * @param gflops in a matrix product; 0 where it is not known
     */
    record Speed(double weightBytesPerSecond, double gflops) {

        public static final Speed UNKNOWN = new Speed(0, 0);

        public Speed {
            if (!(weightBytesPerSecond >= 0 && weightBytesPerSecond < 1e18) || !(gflops >= 0 && gflops < 1e9)) {
                throw new IllegalArgumentException("%s bytes/s, %s GFLOP/s".formatted(weightBytesPerSecond, gflops));
            }
        }
    }

    /** What the speed depends on, such as the backend and its threads: measured again when it is another. */
    String subject();

    /** Takes about a second, on a thread of its own. */
    Speed measure();

    /** Nothing to measure. */
    static SpeedProbe none() {
        return new SpeedProbe() {
            @Override
            public String subject() {
                return "";
            }

            @Override
            public Speed measure() {
                return Speed.UNKNOWN;
            }
        };
    }
}
