package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.MulticastSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.protocols.MPING;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;

/**
 * Multicast discovery whose datagrams are sealed with the cluster's key: magic, the cluster's tag, a nonce, the sealed
 * question. Those of other clusters are left alone, what cannot be opened is reported.
 */
final class SealedBeacon extends MPING {

    private static final byte[] MAGIC = {'x', 'f', 'b', 1};
    private static final int NONCE = 12;
    private static final int HEAD = 8 + NONCE;
    private static final int LARGEST = 8192;

    private final SecretKey key;
    private final byte[] tag;
    private final Rejections rejections;
    private final SecureRandom random = new SecureRandom();

    SealedBeacon(ClusterKey key, Rejections rejections) {
        this.key = key.derive("beacon", new byte[0]);
        this.tag = key.tag();
        this.rejections = rejections;
    }

    @Override
    public void run() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        MulticastSocket socket = mcast_receive_sock;
        while (socket != null && !socket.isClosed() && Thread.currentThread().equals(receiver)) {
            packet.setLength(LARGEST);
            try {
                socket.receive(packet);
                hear(packet);
            } catch (SocketException e) {
                return;
            } catch (IOException | RuntimeException e) {
                rejections.rejected(packet.getAddress() + "'s beacon", "it cannot be read: " + e.getMessage());
            }
        }
    }

    private void hear(DatagramPacket packet) throws IOException {
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        if (bytes.length < HEAD + Seal.OVERHEAD || !Arrays.equals(bytes, 0, 4, MAGIC, 0, 4)) {
            rejections.rejected(packet.getAddress() + "'s beacon", "it does not speak exoflux");
        } else if (Arrays.equals(bytes, 4, 8, tag, 0, 4)) {
            try {
                answer(open(bytes));
            } catch (GeneralSecurityException e) {
                rejections.rejected(packet.getAddress() + "'s beacon", "it does not know the cluster's secret");
            }
        }
    }

    private void answer(byte[] question) throws IOException {
        BytesMessage message = new BytesMessage();
        try {
            message.readFrom(new ByteArrayDataInputStream(question));
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
        if (PlainMessages.isPlain(message) && !local_addr.equals(message.getSrc())) {
            up(message);
        }
    }

    private byte[] open(byte[] bytes) throws GeneralSecurityException {
        return Seal.cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOfRange(bytes, 8, HEAD))
                .doFinal(bytes, HEAD, bytes.length - HEAD);
    }

    private byte[] seal(ByteArray question) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = Seal.cipher(Cipher.ENCRYPT_MODE, key, nonce)
                .doFinal(question.getArray(), question.getOffset(), question.getLength());
        return ByteBuffer.allocate(HEAD + sealed.length)
                .put(MAGIC)
                .put(tag)
                .put(nonce)
                .put(sealed)
                .array();
    }

    @Override
    protected void sendMcastDiscoveryRequest(Message message) {
        try {
            if (message.getSrc() == null) {
                message.setSrc(local_addr);
            }
            ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(message.size() + 1);
            message.writeTo(out);
            byte[] bytes = seal(out.getBuffer());
            mcast_send_sock.send(new DatagramPacket(bytes, bytes.length, mcast_addr, mcast_port));
        } catch (IOException | GeneralSecurityException e) {
            rejections.rejected("this peer's own beacon", "the network does not take it: " + e.getMessage());
        }
    }
}
