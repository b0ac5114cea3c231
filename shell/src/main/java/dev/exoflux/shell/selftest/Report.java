package dev.exoflux.shell.selftest;

import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Lines that appear as they are found, so that one who sends them back after the process has died shows where. A check that
 * throws is a line as well.
 */
final class Report {

    private final Consumer<String> lines;
    private final UnaryOperator<String> discreet;
    private int failures;

    /** @param discreet takes out of a message what is nobody else's business */
    Report(Consumer<String> lines, UnaryOperator<String> discreet) {
        this.lines = lines;
        this.discreet = discreet;
    }

    /** What a check came to. */
    record Finding(boolean passed, String text) {}

    void title(String text) {
        lines.accept(text);
    }

    /** Something to know, which can be neither right nor wrong. */
    void fact(String name, String text) {
        line(name, "", text);
    }

    /** Whether the check passed. */
    boolean check(String name, Supplier<Finding> check) {
        Finding finding = finding(check);
        if (!finding.passed()) {
            failures++;
        }
        line(name, finding.passed() ? "ok" : "FAIL", finding.text());
        return finding.passed();
    }

    private static Finding finding(Supplier<Finding> check) {
        try {
            return check.get();
        } catch (RuntimeException e) {
            String message = e.getMessage();
            return new Finding(false, message == null ? e.getClass().getSimpleName() : message);
        }
    }

    private void line(String name, String verdict, String text) {
        String oneLine = discreet.apply(text).strip().replaceAll("\\s*\\R\\s*", " ");
        lines.accept("  %-16s %-4s  %s".formatted(name, verdict, oneLine));
    }

    /** Prints the verdict and returns it. */
    boolean passed() {
        lines.accept(failures == 0 ? "passed" : "FAILED: %d of these lines".formatted(failures));
        return failures == 0;
    }
}
