package dev.exoflux.pipeline.compose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import reactor.core.Exceptions;

/** The votes that have come in. Not thread-safe. */
final class Ballot {

    private static final Comparator<Outcome> IN_ORDER = Comparator.comparingInt(Outcome::voice);
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern AROUND = Pattern.compile("^[\\s\\p{P}]+|[\\s\\p{P}]+$");

    private final int voters;
    private final List<Outcome> outcomes = new ArrayList<>();

    Ballot(int voters) {
        this.voters = voters;
    }

    /** Takes a vote; true once more than half of all voters say the same. */
    boolean decidedWith(Outcome outcome) {
        outcomes.add(outcome);
        return outcome.failure() == null && votesFor(outcome) * 2 > voters;
    }

    private long votesFor(Outcome outcome) {
        String said = normalised(outcome.text());
        return votes().stream()
                .filter(vote -> normalised(vote.text()).equals(said))
                .count();
    }

    private List<Outcome> votes() {
        return outcomes.stream().filter(outcome -> outcome.failure() == null).toList();
    }

    /** The earliest of those who say what most say; throws the first failure in order where there is no vote. */
    Outcome winner() {
        Map<String, List<Outcome>> bySaying =
                votes().stream().sorted(IN_ORDER).collect(Collectors.groupingBy(vote -> normalised(vote.text())));
        return bySaying.values().stream()
                .max(Comparator.<List<Outcome>>comparingInt(List::size)
                        .thenComparing(List::getFirst, IN_ORDER.reversed()))
                .map(List::getFirst)
                .orElseThrow(() -> firstFailure(outcomes));
    }

    /** What all of them have failed with. */
    static RuntimeException firstFailure(List<Outcome> outcomes) {
        Throwable failure = outcomes.stream().min(IN_ORDER).orElseThrow().failure();
        return failure == null ? new IllegalStateException("not all have failed") : Exceptions.propagate(failure);
    }

    private static String normalised(String text) {
        String bare = AROUND.matcher(text).replaceAll("");
        return SPACE.matcher(bare).replaceAll(" ").toLowerCase(Locale.ROOT);
    }
}
