package dev.exoflux.dsl.yaml;

/** Ends the reading of a text that is not YAML, or not of a kind that is read here. Never leaves this package. */
final class Refusal extends RuntimeException {

    private final transient Problem problem;

    Refusal(Place place, String message) {
        super(message);
        problem = new Problem(place, "", message);
    }

    Problem problem() {
        return problem;
    }
}
