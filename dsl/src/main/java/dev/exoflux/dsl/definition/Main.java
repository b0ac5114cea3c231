package dev.exoflux.dsl.definition;

/**
 * The branch whose model gives the answer.
 *
 * @param trit {@link Trit#ZERO} by default; counts in a {@link Triad} and among the voices of a {@link FanOut}
 */
public record Main(Trit trit, PlacedModel placed) {

    /** The branch with the trit it usually has. */
    public Main(PlacedModel placed) {
        this(Trit.ZERO, placed);
    }
}
