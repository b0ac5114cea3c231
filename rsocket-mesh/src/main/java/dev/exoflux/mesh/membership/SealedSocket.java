package dev.exoflux.mesh.membership;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose both ends have proved to know the cluster's key, and whose bytes travel in sealed records.
 *
 * <p>Both send a random number; the keys of the two directions are derived from the cluster's key and both numbers, so that
 * nothing recorded can be played again. Each then opens the other's first, empty record. Whoever dials shows that first:
 * a stranger who only listens in on a port gets sixteen random bytes.
 */
final class SealedSocket extends Socket {

    private static final byte[] MAGIC = {'x', 'f', 'x', 1};
    private static final int NONCE = 16;
    private static final int LARGEST = 1 << 16;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ClusterKey key;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;

    SealedSocket(ClusterKey key) {
        this.key = key;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        super.connect(endpoint, timeout);
        try {
            dial();
        } catch (IOException e) {
            close();
            throw new IOException(
                    "%s does not answer as a peer of this cluster: %s".formatted(endpoint, e.getMessage()), e);
        }
    }

    private void dial() throws IOException {
        long deadline = System.nanoTime() + PATIENCE;
        byte[] mine = random();
        super.getOutputStream()
                .write(ByteBuffer.allocate(8 + NONCE)
                        .put(MAGIC)
                        .put(key.tag())
                        .put(mine)
                        .array());
        byte[] theirs = read(NONCE, deadline);
        byte[] salt = concat(mine, theirs);
        Seal sending = new Seal(key.derive("from who dials", salt));
        Seal receiving = new Seal(key.derive("to who dials", salt));
        prove(sending);
        check(receiving, deadline);
        use(sending, receiving);
    }

    /** The other side of {@link #connect}: tells why it fails, for the log. */
    void welcome() throws IOException {
        long deadline = System.nanoTime() + PATIENCE;
        byte[] hello = read(8 + NONCE, deadline);
        if (!Arrays.equals(hello, 0, 4, MAGIC, 0, 4)) {
            throw new IOException("it does not speak exoflux");
        }
        if (!Arrays.equals(hello, 4, 8, key.tag(), 0, 4)) {
            throw new IOException("it is of a cluster with another name");
        }
        byte[] mine = random();
        super.getOutputStream().write(mine);
        byte[] salt = concat(Arrays.copyOfRange(hello, 8, 8 + NONCE), mine);
        Seal receiving = new Seal(key.derive("from who dials", salt));
        Seal sending = new Seal(key.derive("to who dials", salt));
        check(receiving, deadline);
        prove(sending);
        use(sending, receiving);
    }

    private void use(Seal sending, Seal receiving) throws IOException {
        setSoTimeout(0);
        in = new Opened(super.getInputStream(), receiving);
        out = new Sealed(super.getOutputStream(), sending);
    }

    private void prove(Seal seal) throws IOException {
        super.getOutputStream().write(seal.seal(new byte[0], 0, 0));
    }

    private void check(Seal seal, long deadline) throws IOException {
        byte[] proof = read(Seal.OVERHEAD, deadline);
        try {
            seal.open(proof);
        } catch (GeneralSecurityException e) {
            throw new IOException("it does not know the cluster's secret", e);
        }
    }

    /** Exactly so many bytes, before the deadline however slowly they drip. */
    private byte[] read(int count, long deadline) throws IOException {
        byte[] bytes = new byte[count];
        int have = 0;
        while (have < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("it says too little");
            }
            setSoTimeout((int) left);
            int got;
            try {
                got = super.getInputStream().read(bytes, have, count - have);
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException("it says too little");
            }
            if (got < 0) {
                throw new EOFException(
                        have == 0 ? "it hangs up without a word" : "it hangs up after %d bytes".formatted(have));
            }
            have += got;
        }
        return bytes;
    }

    private static byte[] random() {
        byte[] bytes = new byte[NONCE];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(a);
        both.writeBytes(b);
        return both.toByteArray();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream opened = in;
        if (opened == null) {
            throw new IOException("not connected");
        }
        return opened;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream sealed = out;
        if (sealed == null) {
            throw new IOException("not connected");
        }
        return sealed;
    }

    /** Past the seal, for bytes that mean nothing. */
    InputStream rawInput() throws IOException {
        return super.getInputStream();
    }

    /** Past the seal likewise. */
    OutputStream rawOutput() throws IOException {
        return super.getOutputStream();
    }

    private static final class Sealed extends OutputStream {
        private final OutputStream out;
        private final Seal seal;

        Sealed(OutputStream out, Seal seal) {
            this.out = out;
            this.seal = seal;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += LARGEST) {
                byte[] record = seal.seal(bytes, offset + done, Math.min(LARGEST, length - done));
                out.write(ByteBuffer.allocate(4 + record.length)
                        .putInt(record.length)
                        .put(record)
                        .array());
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    private static final class Opened extends InputStream {
        private final InputStream in;
        private final Seal seal;
        private ByteBuffer record = ByteBuffer.allocate(0);

        Opened(InputStream in, Seal seal) {
            this.in = in;
            this.seal = seal;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (!record.hasRemaining()) {
                byte[] head = in.readNBytes(4);
                if (head.length < 4) {
                    return -1;
                }
                record = next(ByteBuffer.wrap(head).getInt());
            }
            int count = Math.min(length, record.remaining());
            record.get(bytes, offset, count);
            return count;
        }

        @Override
        public synchronized int available() {
            return record.remaining();
        }

        private ByteBuffer next(int length) throws IOException {
            if (length < Seal.OVERHEAD || length > LARGEST + Seal.OVERHEAD) {
                throw new IOException("a record of %d bytes".formatted(length));
            }
            byte[] sealed = in.readNBytes(length);
            if (sealed.length < length) {
                throw new EOFException("a record cut short");
            }
            try {
                return ByteBuffer.wrap(seal.open(sealed));
            } catch (GeneralSecurityException e) {
                throw new IOException("a record that was changed on its way", e);
            }
        }
    }
}
