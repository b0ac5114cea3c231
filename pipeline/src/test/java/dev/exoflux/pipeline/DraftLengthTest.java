package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DraftLengthTest {

    private final LinearCost rounds = new LinearCost();
    private final DraftCosts costs = new DraftCosts(rounds);
    private final DraftLength length = new DraftLength(costs, 8);

    /** Each round takes {@code round + row} times its rows, each draft {@code token} times its tokens. */
    private void cost(double round, double row, double token) {
        for (int size : new int[] {1, 4, 8}) {
            rounds.measured(size, round + row * size);
            costs.drafted(size, token * size);
        }
    }

    private void accept(int proposed, int accepted) {
        for (int i = 0; i < 40; i++) {
            length.verified(proposed, accepted);
        }
    }

    @Test
    void measuresDifferentLengthsBeforeItChooses() {
        assertThat(length.choose(0)).isEqualTo(8);
        assertThat(length.choose(0)).isEqualTo(4);
        cost(10, 0, 0);
        accept(4, 4);
        assertThat(length.choose(0)).isEqualTo(8);
    }

    @Test
    void proposesMoreTheMoreHolds() {
        cost(10, 0.5, 1);
        accept(8, 8);
        int many = length.choose(0);
        accept(8, 3);
        int some = length.choose(0);
        accept(8, 1);
        int few = length.choose(0);
        assertThat(many).isGreaterThan(some);
        assertThat(some).isGreaterThan(few);
        assertThat(few).isPositive();
    }

    @Test
    void proposesFewerWhereRowsAreDear() {
        cost(10, 0.1, 1);
        accept(8, 4);
        int cheap = length.choose(0);
        cost(10, 3, 1);
        assertThat(length.choose(0)).isLessThan(cheap);
    }

    @Test
    void restsWhereNothingPaysAndTriesAgainLaterAndLater() {
        cost(1, 0, 10);
        accept(8, 4);
        int[] tries = new int[3];
        for (int round = 0, found = 0; found < tries.length; round++) {
            if (length.choose(0) > 0) {
                tries[found++] = round;
                length.verified(1, 0);
            }
        }
        assertThat(tries[0]).isZero();
        assertThat(tries[1]).isEqualTo(17);
        assertThat(tries[2]).isEqualTo(17 + 33);
    }

    @Test
    void comesBackWhereItPaysAgain() {
        cost(1, 0, 10);
        accept(8, 4);
        length.choose(0);
        for (int i = 0; i < 40; i++) {
            cost(100, 0, 1);
        }
        int chosen = 0;
        for (int round = 0; round < 17; round++) {
            chosen = length.choose(0);
        }
        assertThat(chosen).isGreaterThan(1);
    }

    @Test
    void leavesAProposerThatFailedAlone() {
        cost(100, 0, 1);
        length.failed();
        for (int round = 0; round < 16; round++) {
            assertThat(length.choose(0)).isZero();
        }
        assertThat(length.choose(0)).isPositive();
    }

    @Test
    void aNewSequenceBeginsWithWhatIsLeftOfTheRest() {
        cost(100, 0, 1);
        length.failed();
        for (int round = 0; round < 10; round++) {
            length.choose(0);
        }
        DraftLength next = new DraftLength(costs, 8);
        for (int round = 0; round < 6; round++) {
            assertThat(next.choose(0)).isZero();
        }
        assertThat(next.choose(0)).isPositive();
    }
}
