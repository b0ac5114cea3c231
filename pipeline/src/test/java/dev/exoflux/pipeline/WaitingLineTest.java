package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose turn it is. */
final class WaitingLineTest {

    private final WaitingLine<String> line = new WaitingLine<>();

    private void add(Priority priority, int count) {
        IntStream.rangeClosed(1, count)
                .forEach(i -> line.add(priority, priority.spelling().charAt(0) + "" + i));
    }

    private String poll(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String next = line.peek();
                    assertThat(line.poll()).isEqualTo(next);
                    return Objects.requireNonNull(next);
                })
                .collect(Collectors.joining(" "));
    }

    @Test
    void isInOrderOfArrivalWithinAPriority() {
        add(Priority.LOW, 4);
        assertThat(poll(4)).isEqualTo("l1 l2 l3 l4");
        assertThat(line.poll()).isNull();
        assertThat(line.peek()).isNull();
    }

    @Test
    void givesEachPriorityItsShareAndLeavesNoneOut() {
        add(Priority.LOW, 20);
        add(Priority.NORMAL, 20);
        add(Priority.HIGH, 20);
        String first = poll(14);
        assertThat(first).startsWith("h1 n1 l1");
        assertThat(first.chars().filter(c -> c == 'h')).hasSize(8);
        assertThat(first.chars().filter(c -> c == 'n')).hasSize(4);
        assertThat(first.chars().filter(c -> c == 'l')).hasSize(2);
    }

    @Test
    void whoeverWantedNothingHasNoClaimToMakeUpForIt() {
        add(Priority.LOW, 100);
        poll(50);
        add(Priority.HIGH, 100);
        String next = poll(20);
        assertThat(next.chars().filter(c -> c == 'l').count()).as(next).isBetween(3L, 4L);
    }

    @Test
    void refusesTheNewestOfTheLowestPriority() {
        add(Priority.NORMAL, 2);
        add(Priority.HIGH, 1);
        assertThat(line.last()).isEqualTo("n2");
        assertThat(line.size()).isEqualTo(2);
        assertThat(line.last()).isEqualTo("n1");
        assertThat(line.last()).isEqualTo("h1");
        assertThat(line.last()).isNull();
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void letsAnyoneLeave() {
        add(Priority.NORMAL, 3);
        assertThat(line.remove("n2"::equals)).isEqualTo("n2");
        assertThat(line.remove("n2"::equals)).isNull();
        assertThat(line.clear()).containsExactly("n1", "n3");
        assertThat(line.size()).isZero();
    }
}
