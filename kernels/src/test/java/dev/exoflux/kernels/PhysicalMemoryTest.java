package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PhysicalMemoryTest {

    @TempDir
    Path root;

    @Test
    void thisMachineHasSomeAndSomeOfItIsLeft() {
        assertThat(PhysicalMemory.total()).isBetween(64L << 20, 1L << 50);
        assertThat(PhysicalMemory.available()).isBetween(1L, PhysicalMemory.total());
    }

    @Test
    void withoutControlGroupsThereIsNoLimit() {
        ControlGroup none = ControlGroup.of(root, List.of());
        assertThat(none.limit()).isEqualTo(Long.MAX_VALUE);
        assertThat(none.left()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aContainerSeesItsGroupAsTheRoot() throws IOException {
        write("", "memory.max", "1000000");
        write("", "memory.current", "900000");
        write("", "memory.stat", "anon 5\nactive_file 300000\ninactive_file 200000\n");
        ControlGroup container = ControlGroup.of(root, List.of("0::/"));
        assertThat(container.limit()).isEqualTo(1_000_000);
        assertThat(container.left()).isEqualTo(600_000);
    }

    @Test
    void theTightestGroupOnTheWayCounts() throws IOException {
        write("user.slice", "memory.max", "5000000");
        write("user.slice", "memory.current", "4990000");
        write("user.slice/service", "memory.max", "2000000");
        write("user.slice/service", "memory.current", "500000");
        write("user.slice/service/inner", "memory.max", "max");
        ControlGroup service = ControlGroup.of(root, List.of("0::/user.slice/service/inner"));
        assertThat(service.limit()).isEqualTo(2_000_000);
        assertThat(service.left()).isEqualTo(10_000);
    }

    @Test
    void knowsTheFirstVersionToo() throws IOException {
        write("memory", "memory.limit_in_bytes", "9223372036854771712");
        write("memory/job", "memory.limit_in_bytes", "3000000");
        write("memory/job", "memory.usage_in_bytes", "2500000");
        write("memory/job", "memory.stat", "inactive_file 1\ntotal_inactive_file 100000\ntotal_active_file 50000\n");
        ControlGroup job = ControlGroup.of(root, List.of("7:cpu,cpuacct:/other", "4:memory:/job", "0::/"));
        assertThat(job.limit()).isEqualTo(3_000_000);
        assertThat(job.left()).isEqualTo(650_000);
    }

    @Test
    void aMacCountsFreeAndInactivePages() {
        int[] statistics = {1000, 2000, -1, 4000}; // a count beyond 2^31 is none below zero
        assertThat(MacMemory.available(MemorySegment.ofArray(statistics), 16_384))
                .isEqualTo((1000 + 0xFFFF_FFFFL) * 16_384);
    }

    private void write(String group, String file, String content) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve(group)).resolve(file), content);
    }
}
