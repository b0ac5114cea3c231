package dev.exoflux.shell.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What came of each round, and of each fault in all. */
final class ChaosTable {

    /**
     * One round.
     *
     * @param tokens that the first of the answers had given
     * @param told answers that ended in an error which says so
     * @param wrong answers that ended otherwise
     */
    record Row(int round, Fault fault, String struck, int tokens, int told, Duration pause, List<String> wrong) {

        @Override
        public String toString() {
            return "round %d: %s, after %d tokens: pause %d ms, %d told, %d wrong %s"
                    .formatted(round, struck, tokens, pause.toMillis(), told, wrong.size(), wrong);
        }
    }

    private final List<Row> rows = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
    }

    List<String> failures() {
        return rows.stream().flatMap(row -> row.wrong().stream()).toList();
    }

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder("""
                | fault | rounds | answers | whole and right | told of an error | wrong | median pause | longest pause |
                |---|---|---|---|---|---|---|---|
                """);
        for (Fault fault : Fault.values()) {
            List<Row> its = rows.stream().filter(row -> row.fault() == fault).toList();
            int answers = 4 * its.size();
            int told = its.stream().mapToInt(Row::told).sum();
            int wrong = its.stream().mapToInt(row -> row.wrong().size()).sum();
            long[] pauses = its.stream()
                    .mapToLong(row -> row.pause().toMillis())
                    .sorted()
                    .toArray();
            table.append("| %s | %d | %d | %d | %d | %d | %d ms | %d ms |%n"
                    .formatted(
                            fault,
                            its.size(),
                            answers,
                            answers - told - wrong,
                            told,
                            wrong,
                            pauses.length == 0 ? 0 : pauses[pauses.length / 2],
                            Arrays.stream(pauses).max().orElse(0)));
        }
        return table.toString();
    }
}
