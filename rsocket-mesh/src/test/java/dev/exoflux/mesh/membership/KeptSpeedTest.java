package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.membership.SpeedProbe.Speed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptSpeedTest {

    @TempDir
    Path home;

    private int measured;

    private SpeedProbe probe(String subject) {
        return new SpeedProbe() {
            @Override
            public String subject() {
                return subject;
            }

            @Override
            public Speed measure() {
                measured++;
                return new Speed(2.5e10, measured);
            }
        };
    }

    @Test
    void measuresOnceForAMachineAndBackend() {
        Speed first = new KeptSpeed(home, "a \\ strange: machine=1").of(probe("cpu, 8 threads"));
        assertThat(new KeptSpeed(home, "a \\ strange: machine=1").of(probe("cpu, 8 threads")))
                .isEqualTo(first);
        assertThat(measured).isEqualTo(1);
        new KeptSpeed(home, "a \\ strange: machine=1").of(probe("mlx"));
        new KeptSpeed(home, "another machine").of(probe("cpu, 8 threads"));
        assertThat(measured).isEqualTo(3);
    }

    @Test
    void measuresAgainWhatCannotBeRead() throws IOException {
        KeptSpeed kept = new KeptSpeed(home, "m");
        kept.of(probe("cpu"));
        try (var files = Files.list(home.resolve("speed"))) {
            Files.writeString(files.findFirst().orElseThrow(), "subject=m, cpu\nweightBytesPerSecond=-3\ngflops=x\n");
        }
        assertThat(kept.of(probe("cpu")).gflops()).isEqualTo(2);
        assertThat(kept.of(probe("cpu")).gflops()).isEqualTo(2);
    }

    @Test
    void aProbeThatFailsLeavesTheSpeedUnknown() {
        SpeedProbe failing = new SpeedProbe() {
            @Override
            public String subject() {
                return "cpu";
            }

            @Override
            public Speed measure() {
                throw new IllegalStateException("no memory");
            }
        };
        assertThat(new KeptSpeed(home, "m").of(failing)).isEqualTo(Speed.UNKNOWN);
        assertThat(new KeptSpeed(home, "m").of(SpeedProbe.none())).isEqualTo(Speed.UNKNOWN);
    }
}
