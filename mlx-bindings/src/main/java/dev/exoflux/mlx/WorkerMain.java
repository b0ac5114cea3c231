package dev.exoflux.mlx;

import dev.exoflux.mlx.c.MlxLibrary;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that computes with MLX for the one that started it, and ends with it: when its standard input closes, or the socket
 * between them. Signals that a terminal or a service manager sends to both are for the other to act on; this one serves on until
 * that one goes. What it prints is for a log.
 */
public final class WorkerMain {

    /** How often the peer is shown that this process lives. */
    private static final long BEAT_MILLIS = 100;

    /** Of an orderly end, and of one that has been told why. */
    private static final int OVER = 0;

    private WorkerMain() {}

    /**
     * The socket, the area, MLX's C layer, a name of {@link MlxActivations}, the most bytes of memory, 0 for all there is, and
     * whether it computes ahead on a processor too.
     */
    public static void main(String[] args) throws IOException {
        Thread.ofPlatform().name("exoflux-mlx-parent").daemon().start(WorkerMain::endWithParent);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            while (true) {
                LockSupport.park(); // until the process is halted
            }
        }));
        try (SharedArea area = SharedArea.map(Path.of(args[1]));
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]));
                Link link = new Link(channel)) {
            Thread.ofPlatform().name("exoflux-mlx-beat").daemon().start(() -> beat(area));
            serve(
                    link,
                    area,
                    new MlxSettings(
                            null,
                            MlxActivations.valueOf(args[3]),
                            true,
                            Long.parseLong(args[4]),
                            Boolean.parseBoolean(args[5])),
                    Path.of(args[2]));
        } catch (IOException e) {
            System.err.println("Ends, since the line was closed: " + e);
        } finally {
            Runtime.getRuntime().halt(OVER);
        }
    }

    private static void serve(Link link, SharedArea area, MlxSettings settings, Path library) throws IOException {
        Worker worker;
        try {
            MlxRuntime mlx = new MlxRuntime(MlxLibrary.open(library), settings.memoryBytes());
            worker = new Worker(link, area, mlx, Interpreter.of(mlx, settings));
        } catch (RuntimeException e) {
            link.send(Message.of(Message.Kind.FAILED, 0, Texts.of(e)));
            return;
        }
        worker.serve();
    }

    private static void beat(SharedArea area) {
        while (true) {
            area.beat();
            LockSupport.parkNanos(BEAT_MILLIS * 1_000_000);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever said here
            }
        } catch (IOException e) {
            // as good as closed
        }
        Runtime.getRuntime().halt(OVER);
    }
}
