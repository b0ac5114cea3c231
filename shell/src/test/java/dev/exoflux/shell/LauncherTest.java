package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script itself, run by a real shell against make-believe JDKs that print how they were called. */
final class LauncherTest {

    @TempDir
    private Path directory;

    private Path launcher;
    private Path dist;

    @BeforeEach
    void installWithoutSources() throws IOException {
        launcher = directory.resolve("checkout dir/exoflux");
        dist = directory.resolve("checkout dir/shell/target/exoflux");
        Files.createDirectories(dist);
        Files.copy(Path.of("..", "exoflux"), launcher);
        Files.setPosixFilePermissions(launcher, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void takesTheFirstJdkThatIsNewEnough() throws Exception {
        Path old = jdk("old", "17.0.15");
        Path recent = jdk("recent", "25.0.3");
        built(recent);
        Result result =
                run(List.of("models"), Map.of("JAVA_HOME", old.toString(), "EXOFLUX_JVM_ROOTS", recent.toString()));
        assertThat(result.code()).isZero();
        assertThat(result.output()).startsWith("recent ").contains("--add-modules=jdk.incubator.vector");
    }

    @Test
    void prefersJavaHome() throws Exception {
        Path first = jdk("first", "26");
        Path second = jdk("second", "25.0.3");
        built(first);
        Result result = run(List.of(), Map.of("JAVA_HOME", first.toString(), "EXOFLUX_JVM_ROOTS", second.toString()));
        assertThat(result.output()).startsWith("first ");
    }

    @Test
    void findsTheJdkBehindALinkedJavaOnThePath() throws Exception {
        Path linked = jdk("linked", "25");
        built(linked);
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), linked.resolve("bin/java"));
        Result result =
                run(List.of("models"), Map.of("EXOFLUX_JVM_ROOTS", "", "PATH", bin + ":" + System.getenv("PATH")));
        assertThat(result.output()).startsWith("linked ");
    }

    @Test
    void saysWhatToInstallWhereThereIsNoJdk() throws Exception {
        Path bin = toolsWithoutJava();
        Result result = run(List.of("serve"), Map.of("EXOFLUX_JVM_ROOTS", "", "PATH", bin.toString()));
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output())
                .contains("needs a JDK 25 or newer")
                .contains("JAVA_HOME")
                .containsPattern("25");
    }

    @Test
    void handsArgumentsOnAsTheyAre() throws Exception {
        Path jdk = jdk("jdk", "25");
        built(jdk);
        Result result = run(List.of("chat", "two  spaces", "$HOME *", ""), Map.of("JAVA_HOME", jdk.toString()));
        assertThat(result.output()).contains("[chat][two  spaces][$HOME *][]");
    }

    @Test
    void worksThroughALinkAndFromAnyDirectory() throws Exception {
        Path jdk = jdk("jdk", "25");
        built(jdk);
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, Path.of("checkout dir/exoflux"));
        Path second = Files.createDirectories(directory.resolve("elsewhere")).resolve("again");
        Files.createSymbolicLink(second, link);
        Result result = start(second, List.of("models"), Map.of("JAVA_HOME", jdk.toString()), Path.of("/"));
        assertThat(result.output()).contains(dist.toRealPath() + "/exoflux.jar").endsWith("[models]\n");
    }

    @Test
    void givesBackTheExitCode() throws Exception {
        Path jdk = jdk("jdk", "25");
        built(jdk);
        assertThat(run(List.of("fail"), Map.of("JAVA_HOME", jdk.toString())).code())
                .isEqualTo(3);
    }

    /** A directory that looks like a JDK and whose java prints its name and its arguments. */
    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(home.resolve("bin/javac"), "exit 0");
        executable(home.resolve("bin/java"), """
                printf '%s ' NAME
                while [ $# -gt 0 ] && [ "$1" != -jar ]; do printf '%s ' "$1"; shift; done
                shift; printf '%s ' "$1"; shift
                for word in "$@"; do printf '[%s]' "$word"; done
                echo
                [ "${1:-}" != fail ] || exit 3
                """.replace("NAME", name));
        return home;
    }

    /** A PATH with what the launcher needs and no java. */
    private Path toolsWithoutJava() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("tools"));
        for (String tool : List.of("sed", "head", "dirname", "readlink", "uname", "cat", "find", "sh")) {
            for (String place : List.of("/usr/bin/", "/bin/")) {
                if (Files.exists(Path.of(place + tool)) && !Files.exists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), Path.of(place + tool));
                }
            }
        }
        return bin;
    }

    private void built(Path jdk) throws IOException {
        Files.writeString(dist.resolve(".built"), jdk + "\n");
    }

    private static void executable(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(List<String> arguments, Map<String, String> environment) throws Exception {
        return start(launcher, arguments, environment, directory);
    }

    private static Result start(Path script, List<String> arguments, Map<String, String> environment, Path where)
            throws Exception {
        List<String> words = new ArrayList<>(List.of(script.toString()));
        words.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(where.toFile()).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().remove("EXOFLUX_JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private record Result(int code, String output) {}
}
