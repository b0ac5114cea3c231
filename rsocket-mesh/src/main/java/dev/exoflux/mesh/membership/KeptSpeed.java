package dev.exoflux.mesh.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speeds measured on a machine, kept in {@code HOME/speed} so that a restart does not measure again. */
final class KeptSpeed {

    private static final Logger LOG = LoggerFactory.getLogger(KeptSpeed.class);

    private final Path directory;
    private final String machine;

    KeptSpeed(Path home, String machine) {
        this.directory = home.resolve("speed");
        this.machine = machine;
    }

    /** From the file, or measured now and kept; unknown where that fails. */
    SpeedProbe.Speed of(SpeedProbe probe) {
        if (probe.subject().isEmpty()) {
            return SpeedProbe.Speed.UNKNOWN;
        }
        String subject = machine + ", " + probe.subject();
        Path file = directory.resolve(HexFormat.of().toHexDigits(subject.hashCode()) + ".properties");
        return read(file, subject).orElseGet(() -> measure(probe, file, subject));
    }

    private static Optional<SpeedProbe.Speed> read(Path file, String subject) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties kept = new Properties();
        try (var reader = Files.newBufferedReader(file, UTF_8)) {
            kept.load(reader);
            return subject.equals(kept.getProperty("subject"))
                    ? Optional.of(new SpeedProbe.Speed(
                            Double.parseDouble(kept.getProperty("weightBytesPerSecond", "")),
                            Double.parseDouble(kept.getProperty("gflops", ""))))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("{} is measured again: {}", file, e.toString());
            return Optional.empty();
        }
    }

    private static SpeedProbe.Speed measure(SpeedProbe probe, Path file, String subject) {
        try {
            SpeedProbe.Speed speed = probe.measure();
            WholeFile.write(
                    file,
                    "subject=%s%nweightBytesPerSecond=%s%ngflops=%s%n"
                            .formatted(subject.replace("\\", "\\\\"), speed.weightBytesPerSecond(), speed.gflops())
                            .getBytes(UTF_8));
            LOG.info(
                    "Measured {}: {} GB/s of weights, {} GFLOP/s",
                    subject,
                    "%.1f".formatted(speed.weightBytesPerSecond() / 1e9),
                    "%.0f".formatted(speed.gflops()));
            return speed;
        } catch (IOException | RuntimeException e) {
            LOG.warn("The speed of {} could not be measured: {}", subject, e.toString());
            return SpeedProbe.Speed.UNKNOWN;
        }
    }
}
