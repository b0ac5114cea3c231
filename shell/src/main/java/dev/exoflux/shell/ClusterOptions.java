package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.shell.core.command.CommandOption;

/** The options of {@code serve} that say which cluster it joins, and how. */
final class ClusterOptions {

    private static final String SECRET_VARIABLE = "EXOFLUX_CLUSTER_SECRET";
    private static final String HOST_VARIABLE = "EXOFLUX_CLUSTER_HOST";
    private static final long MOST_SECRET_BYTES = 4096;

    private static final List<String> NAMES = List.of(
            "cluster", "cluster-secret", "cluster-secret-file", "seeds", "cluster-host", "cluster-port", "label");

    private ClusterOptions() {}

    static List<CommandOption> all() {
        return List.of(
                Options.flag("alone", "Join no cluster"),
                Options.text("cluster", "Name of the cluster; those of other names never meet (exoflux)"),
                Options.text(
                        "cluster-secret-file",
                        "File with the secret that every peer knows, 8 characters or more; or set " + SECRET_VARIABLE),
                Options.text(
                        "cluster-secret",
                        "The secret itself: every user of this machine sees it in the list of processes"),
                Options.text(
                        "seeds",
                        "Peers to ask for the others where multicast does not reach: host, host:port or dns:NAME, with commas"),
                Options.text(
                        "cluster-host",
                        "Address the others reach this peer at, or " + HOST_VARIABLE + " (one of the local network)"),
                Options.number("cluster-port", "Port where peers meet, or the next free one (7800)"),
                Options.text(
                        "label", "Word that pipelines choose this peer by, such as attic or gpu=h100; may be repeated"),
                Options.text("memory", "Most memory that models may take here, such as 8GiB (what is free)"));
    }

    /** The Spring properties that they stand for. */
    static Map<String, String> properties(Options options, Map<String, String> environment) {
        Map<String, String> properties = new LinkedHashMap<>();
        options.text("memory")
                .ifPresent(size -> properties.put("exoflux.memory", ByteSize.parse("--memory", size) + "B"));
        if (options.flag("alone")) {
            refuseBesideAlone(options);
            properties.put("exoflux.cluster.enabled", "false");
            return properties;
        }
        if (options.number("stages", 1, 1, Integer.MAX_VALUE) > 1) {
            throw ExofluxException.invalid(
                    "--stages",
                    "--stages cuts the models of a peer that is alone; in a cluster each peer has one stage.%nMaybe add --alone, or `exoflux deploy MODEL --stages N`."
                            .formatted());
        }
        properties.put("exoflux.cluster.enabled", "true");
        options.text("cluster").ifPresent(name -> properties.put("exoflux.cluster.name", name));
        secret(options, environment).ifPresent(secret -> properties.put("exoflux.cluster.secret", literal(secret)));
        List<String> seeds = Options.list(options.text("seeds").orElse(""));
        for (int i = 0; i < seeds.size(); i++) {
            properties.put("exoflux.cluster.seeds[" + i + "]", seeds.get(i));
        }
        options.text("cluster-host")
                .or(() -> Optional.ofNullable(environment.get(HOST_VARIABLE)).filter(host -> !host.isBlank()))
                .ifPresent(host -> properties.put("exoflux.cluster.host", host.strip()));
        if (options.given("cluster-port")) {
            properties.put("exoflux.cluster.port", Integer.toString(options.number("cluster-port", 0, 0, 65535)));
        }
        List<String> labels = options.texts("label");
        for (int i = 0; i < labels.size(); i++) {
            properties.put("exoflux.cluster.labels[" + i + "]", literal(labels.get(i)));
        }
        return properties;
    }

    private static void refuseBesideAlone(Options options) {
        for (String name : NAMES) {
            if (options.given(name)) {
                throw ExofluxException.invalid(
                        "--alone",
                        "--alone joins no cluster, and --%s is about one.%nMaybe leave one out.".formatted(name));
            }
        }
    }

    /** From the first place that has one; a place that is named and empty is a mistake and not an open cluster. */
    private static Optional<String> secret(Options options, Map<String, String> environment) {
        Optional<String> given = options.text("cluster-secret");
        Optional<String> file = options.text("cluster-secret-file");
        if (given.isPresent() && file.isPresent()) {
            throw ExofluxException.invalid(
                    "--cluster-secret",
                    "--cluster-secret and --cluster-secret-file are both given.\nMaybe leave one out.");
        }
        if (given.isPresent()) {
            return given.map(secret -> notEmpty("--cluster-secret", secret));
        }
        if (file.isPresent()) {
            return file.map(name -> notEmpty("the file " + name, read(name)));
        }
        return Optional.ofNullable(environment.get(SECRET_VARIABLE)).map(secret -> notEmpty(SECRET_VARIABLE, secret));
    }

    private static String notEmpty(String place, String secret) {
        String trimmed = secret.strip();
        if (trimmed.isEmpty()) {
            throw wrong("The cluster's secret is empty: %s holds nothing.\nMaybe write 20 random characters there."
                    .formatted(place));
        }
        return trimmed;
    }

    private static String read(String name) {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > MOST_SECRET_BYTES) {
                throw wrong("%s is too long for a secret: %d bytes.".formatted(name, Files.size(file)));
            }
            return Files.readString(file);
        } catch (InvalidPathException | NoSuchFileException e) {
            throw wrong("There is no file %s.\nMaybe another --cluster-secret-file.".formatted(name));
        } catch (CharacterCodingException e) {
            throw wrong("%s is not UTF-8 text.\nMaybe another --cluster-secret-file.".formatted(name));
        } catch (IOException e) {
            throw wrong("The cluster's secret cannot be read from %s: %s.".formatted(name, e));
        }
    }

    private static ExofluxException wrong(String message) {
        return new ExofluxException(ErrorCode.INVALID_CONFIGURATION, message);
    }

    /** Spring would put something else in the place of <code>${...}</code>. */
    private static String literal(String value) {
        return value.replace("${", "\\${");
    }
}
