package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunningServerTest {

    @TempDir
    private Path home;

    @Test
    void keepsServersOfOnePortOnSeveralAddressesApart() {
        Path first = RunningServer.record(home, URI.create("http://127.0.0.1:18000"));
        Path second = RunningServer.record(home, URI.create("http://[::1]:18000"));
        RunningServer.forget(second);
        assertThat(first).hasContent("http://127.0.0.1:18000");
        assertThat(second).doesNotExist();
    }

    @Test
    void doesWithoutWhereNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");
        Path record = RunningServer.record(file, URI.create("http://127.0.0.1:18000"));
        RunningServer.forget(record);
        assertThat(record).doesNotExist();
    }
}
