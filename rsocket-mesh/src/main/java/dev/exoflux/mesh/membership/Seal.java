package dev.exoflux.mesh.membership;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-GCM over the records of one direction of one connection, which are counted: none can be left out, repeated or moved. */
final class Seal {

    /** Bytes that a sealed record is longer than its content. */
    static final int OVERHEAD = 16;

    private static final int NONCE = 12;

    private final SecretKey key;
    private long records;

    Seal(SecretKey key) {
        this.key = key;
    }

    byte[] seal(byte[] bytes, int offset, int length) {
        try {
            return next(Cipher.ENCRYPT_MODE).doFinal(bytes, offset, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM cannot seal", e);
        }
    }

    /** @throws GeneralSecurityException for what was not sealed with this key, at this place */
    byte[] open(byte[] sealed) throws GeneralSecurityException {
        return next(Cipher.DECRYPT_MODE).doFinal(sealed);
    }

    private Cipher next(int mode) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE).putLong(4, records++).array();
        return cipher(mode, key, nonce);
    }

    static Cipher cipher(int mode, SecretKey key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(OVERHEAD * 8, nonce));
        return cipher;
    }
}
