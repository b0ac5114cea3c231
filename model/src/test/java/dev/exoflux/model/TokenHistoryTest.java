package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TokenHistoryTest {

    @Test
    void writingAtAPositionForgetsWhatLayBeyond() {
        TokenHistory history = new TokenHistory(2);
        history.write(0, 5, 6);
        history.write(2, 7, 8, 9);
        history.write(3, 7);
        assertThat(history.length()).isEqualTo(4);
        assertThat(ids(history)).containsExactly(5, 6, 7, 7);
        assertThat(answered(history)).isEqualTo(Map.of(7, 2));
    }

    @Test
    void knowsWhereThePromptEnds() {
        TokenHistory history = new TokenHistory(3);
        history.write(0, 1, 1);
        history.write(2, 1);
        history.write(3, 1);
        assertThat(history.promptLength()).isEqualTo(3);
        assertThat(seen(history)).isEqualTo(Map.of(1, 4));
        assertThat(answered(history)).isEqualTo(Map.of(1, 1));
    }

    @Test
    void refusesAGap() {
        TokenHistory history = new TokenHistory(0);
        assertThatThrownBy(() -> history.write(1, 5)).hasMessage("position 1 after 0");
        assertThatThrownBy(() -> history.id(0)).hasMessage("position 0 of 0");
    }

    @Test
    void countsAsRecountingWould() {
        Random random = new Random(1);
        TokenHistory history = new TokenHistory(40);
        List<Integer> expected = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            int position = Math.max(0, expected.size() - random.nextInt(4));
            int[] tokens = random.ints(random.nextInt(9), 0, 1 + random.nextInt(200_000))
                    .toArray();
            if (step % 100 == 99) {
                position /= 2;
                history.trim(position);
            }
            expected.subList(position, expected.size()).clear();
            for (int token : tokens) {
                expected.add(token);
            }
            history.write(position, tokens);
        }
        assertThat(ids(history)).isEqualTo(expected);
        assertThat(seen(history)).isEqualTo(count(expected));
        assertThat(answered(history)).isEqualTo(count(expected.subList(40, expected.size())));
    }

    private static List<Integer> ids(TokenHistory history) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < history.length(); i++) {
            ids.add(history.id(i));
        }
        return ids;
    }

    private static Map<Integer, Integer> count(List<Integer> ids) {
        Map<Integer, Integer> counts = new HashMap<>();
        ids.forEach(id -> counts.merge(id, 1, Integer::sum));
        return counts;
    }

    private static Map<Integer, Integer> seen(TokenHistory history) {
        TokenCounts counts = history.counts();
        Map<Integer, Integer> seen = new HashMap<>();
        for (int slot = 0; slot < counts.slots(); slot++) {
            if (counts.id(slot) >= 0 && counts.all(slot) != 0) {
                seen.put(counts.id(slot), counts.all(slot));
            }
        }
        return seen;
    }

    private static Map<Integer, Integer> answered(TokenHistory history) {
        TokenCounts counts = history.counts();
        Map<Integer, Integer> answered = new HashMap<>();
        for (int slot = 0; slot < counts.slots(); slot++) {
            if (counts.id(slot) >= 0 && counts.answer(slot) != 0) {
                answered.put(counts.id(slot), counts.answer(slot));
            }
        }
        return answered;
    }
}
