package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Across processes: {@link MembershipProcessTest}. */
final class PeerIdentityTest {

    @TempDir
    Path home;

    @Test
    void theIdSurvivesARestartAndTheStartIsCounted() {
        String id;
        long start;
        try (PeerIdentity first = PeerIdentity.claim(home, "studio")) {
            id = first.id();
            start = first.start();
            assertThat(id).matches("[0-9a-f]{12}");
        }
        try (PeerIdentity again = PeerIdentity.claim(home, "studio")) {
            assertThat(again.id()).isEqualTo(id);
            assertThat(again.start()).isEqualTo(start + 1);
        }
    }

    @Test
    void theSecondTakesTheNextSlotAndEachGetsItsOwnBack() {
        String second;
        PeerIdentity a = PeerIdentity.claim(home, "studio");
        try (PeerIdentity b = PeerIdentity.claim(home, "studio")) {
            second = b.id();
            assertThat(second).isNotEqualTo(a.id());
            assertThat(a.name()).isEqualTo("studio");
            assertThat(b.name()).isEqualTo("studio-2");
            assertThat(b.directory()).isNotEqualTo(a.directory());
            a.close();
            try (PeerIdentity c = PeerIdentity.claim(home, "studio")) {
                assertThat(c.id()).isEqualTo(a.id());
            }
        }
        try (PeerIdentity again = PeerIdentity.claim(home, "studio");
                PeerIdentity b = PeerIdentity.claim(home, "studio")) {
            assertThat(b.id()).isEqualTo(second).isNotEqualTo(again.id());
        }
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException {
        Files.createDirectories(home.resolve("peers/0"));
        Files.writeString(home.resolve("peers/0/identity"), "id=../../etc\nstarts=many\n");
        try (PeerIdentity identity = PeerIdentity.claim(home, "studio")) {
            assertThat(identity.id()).matches("[0-9a-f]{12}");
            assertThat(identity.start()).isEqualTo(1);
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> PeerIdentity.claim(file))
                .withMessageContainingAll(file.toString(), "Maybe", "EXOFLUX_HOME")
                .matches(e -> e.code() == ErrorCode.INVALID_CONFIGURATION);
    }
}
