package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LookUpProposerTest {

    @Test
    void proposesWhatFollowedTheLastTokensBefore() {
        assertThat(LookUpProposer.lookUp(new int[] {1, 2, 3, 4, 5, 6, 2, 3}, 2)).containsExactly(4, 5);
    }

    @Test
    void prefersALongerMatchToANewerOne() {
        int[] tokens = {9, 1, 2, 3, 7, 7, 5, 2, 3, 8, 8, 9, 1, 2, 3};
        assertThat(LookUpProposer.lookUp(tokens, 2)).containsExactly(7, 7);
    }

    @Test
    void prefersTheNewestOfLikeMatches() {
        assertThat(LookUpProposer.lookUp(new int[] {1, 2, 4, 1, 2, 5, 1, 2}, 1)).containsExactly(5);
    }

    @Test
    void continuesARepetition() {
        assertThat(LookUpProposer.lookUp(new int[] {7, 7, 7, 7}, 4)).containsExactly(7);
        assertThat(LookUpProposer.lookUp(new int[] {1, 2, 1, 2, 1, 2}, 4)).containsExactly(1, 2);
    }

    @Test
    void proposesNothingWithoutAMatchOfTwo() {
        assertThat(LookUpProposer.lookUp(new int[] {1, 2, 3, 1}, 4)).isEmpty();
        assertThat(LookUpProposer.lookUp(new int[] {1}, 4)).isEmpty();
        assertThat(LookUpProposer.lookUp(new int[] {1, 2, 3, 4}, 4)).isEmpty();
    }
}
