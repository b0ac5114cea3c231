package dev.exoflux.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one round of a benchmark showed: {@code concurrency} sequences started together.
 *
 * @param promptTokens tokens of each prompt
 * @param sequences arrival times of each sequence's tokens, in nanoseconds since the round began
 */
record BenchRun(int promptTokens, List<long[]> sequences) {

    /** Milliseconds to the first token; the mean over the sequences. */
    double timeToFirstTokenMillis() {
        return sequences.stream().mapToLong(times -> times[0]).average().orElseThrow() / 1e6;
    }

    /** Prompt tokens of all sequences over the time until each of them had its first token. */
    double prefillTokensPerSecond() {
        long last = sequences.stream().mapToLong(times -> times[0]).max().orElseThrow();
        return (double) promptTokens * sequences.size() / (last / 1e9);
    }

    /** Tokens after the first over the time since the first, for one sequence; the mean over the sequences. */
    double decodeTokensPerSecond() {
        return sequences.stream()
                .mapToDouble(times -> (times.length - 1) / ((times[times.length - 1] - times[0]) / 1e9))
                .average()
                .orElseThrow();
    }

    /** Tokens of all sequences over the time in which all were decoding: from the last first token to the first last one. */
    double aggregateTokensPerSecond() {
        long from = sequences.stream().mapToLong(times -> times[0]).max().orElseThrow();
        long to = sequences.stream()
                .mapToLong(times -> times[times.length - 1])
                .min()
                .orElseThrow();
        long tokens = 0;
        for (long[] times : sequences) {
            tokens += Arrays.stream(times)
                    .filter(time -> time > from && time <= to)
                    .count();
        }
        return to > from ? tokens / ((to - from) / 1e9) : 0;
    }

    /** Milliseconds between the tokens of a sequence, ascending, over all sequences. */
    List<Double> interTokenMillis() {
        List<Double> gaps = new ArrayList<>();
        for (long[] times : sequences) {
            for (int i = 1; i < times.length; i++) {
                gaps.add((times[i] - times[i - 1]) / 1e6);
            }
        }
        gaps.sort(null);
        return gaps;
    }
}
