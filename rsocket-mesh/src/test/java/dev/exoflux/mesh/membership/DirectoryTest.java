package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.placement.PeerInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Views and reports may come in any order. */
final class DirectoryTest {

    private final Directory directory = new Directory(report("a", 0));

    private static Report report(String peer, long number) {
        return new Report(1, number, PeerInfo.builder(peer).name(peer + number).build(), 7, List.of());
    }

    private void view(String... members) {
        directory.view(new GroupView(List.of(members)));
    }

    private List<String> names() {
        return directory.topology().peers().stream().map(PeerInfo::name).toList();
    }

    @Test
    void whoHasSaidNothingIsNotThereYet() {
        assertThat(directory.view(new GroupView(List.of("a", "b")))).containsExactly("b");
        assertThat(names()).containsExactly("a0");
        directory.said("b", report("b", 0));
        assertThat(names()).containsExactly("a0", "b0");
    }

    @Test
    void aReportThatComesBeforeItsSendersViewIsKept() {
        directory.said("b", report("b", 0));
        assertThat(names()).containsExactly("a0");
        view("a", "b");
        assertThat(names()).containsExactly("a0", "b0");
    }

    @Test
    void alsoOverAnotherViewThatComesBetween() {
        directory.said("c", report("c", 0));
        view("a", "b");
        view("a", "b", "c");
        assertThat(names()).containsExactly("a0", "c0");
    }

    @Test
    void butNotForEver() {
        directory.said("c", report("c", 0));
        view("a", "b");
        view("a");
        view("a", "c");
        assertThat(names()).containsExactly("a0");
    }

    @Test
    void whoLeavesIsForgottenAtOnce() {
        view("a", "b");
        directory.said("b", report("b", 5));
        view("a");
        view("a", "b");
        assertThat(names()).containsExactly("a0");
    }

    @Test
    void theNewestReportCounts() {
        view("a", "b");
        directory.said("b", report("b", 2));
        directory.said("b", report("b", 1));
        directory.said("b", report("c", 3));
        assertThat(names()).containsExactly("a0", "b2");
    }
}
