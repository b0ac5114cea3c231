package dev.exoflux.mesh.weights;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash of what travels. */
final class Sha256 {

    private Sha256() {}

    static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
