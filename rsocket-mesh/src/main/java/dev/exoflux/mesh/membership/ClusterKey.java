package dev.exoflux.mesh.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's secret is turned into: keys for connections and for the beacon.
 *
 * <p>PBKDF2 (RFC 8018) makes guessing a short secret dear, HKDF (RFC 5869) derives a key for each purpose. An open cluster
 * has keys too, derived from its name alone: they keep nothing secret, but clusters apart and noise out by the same code.
 */
final class ClusterKey {

    private static final int ITERATIONS = 210_000;

    private final SecretKey master;
    private final byte[] tag;

    private ClusterKey(SecretKey master, byte[] tag) {
        this.master = master;
        this.tag = tag;
    }

    /** Takes some tenths of a second with a secret. */
    static ClusterKey of(String cluster, @Nullable String secret) {
        byte[] salt = ("exoflux cluster " + cluster).getBytes(UTF_8);
        try {
            byte[] name = MessageDigest.getInstance("SHA-256").digest(salt);
            byte[] key = secret == null ? name : stretch(secret, salt);
            return new ClusterKey(new SecretKeySpec(key, "HKDF"), Arrays.copyOf(name, 4));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static byte[] stretch(String secret, byte[] salt) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, 256);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
    }

    /** Four bytes that tell clusters apart before anything is opened: they say no more than the name. */
    byte[] tag() {
        return tag.clone();
    }

    /** AES-256 for one purpose; another salt gives another key. */
    SecretKey derive(String purpose, byte[] salt) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(master)
                                    .addSalt(salt)
                                    .thenExpand(purpose.getBytes(UTF_8), 32));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("this Java lacks an algorithm that every Java has", e);
    }
}
