package dev.exoflux.shell.cluster;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Has another JVM end by itself, as a library in it might: as an agent that is loaded into it, this calls the C library's exit. */
public final class ExitAgent {

    private static final int CODE = 3;

    private ExitAgent() {}

    /** In the other JVM. */
    @SuppressWarnings("restricted") // the C library's own
    public static void agentmain(String arguments) throws Throwable {
        Linker linker = Linker.nativeLinker();
        linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("exit"), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                .invokeExact(CODE);
    }

    /** @param folder for the agent's jar */
    static void exit(long pid, Path folder) {
        try {
            Path jar = jar(Files.createDirectories(folder).resolve("exit-agent.jar"));
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                machine.loadAgent(jar.toString());
                throw new AssertionError(pid + " goes on");
            } catch (IOException e) { // it has ended before it could answer
                machine.detach();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path jar(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Agent-Class", ExitAgent.class.getName());
        String file = ExitAgent.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                InputStream its = Objects.requireNonNull(ExitAgent.class.getResourceAsStream("/" + file))) {
            entries.putNextEntry(new ZipEntry(file));
            its.transferTo(entries);
        }
        return jar;
    }
}
