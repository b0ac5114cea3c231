package dev.exoflux.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells one checkpoint from another without reading the weights: the beginning of the SHA-256 of config.json and of name and
 * header of every file with weights, in the order of their names.
 */
public final class Fingerprint {

    static final String PATTERN = "[0-9a-f]{16}";

    private static final int DIGITS = 16;

    private Fingerprint() {}

    /**
     * Reads what it is made of.
     *
     * @param weights files that begin with a header
     */
    public static String of(Path directory, List<Path> weights) throws IOException {
        MessageDigest digest = sha256();
        part(digest, Files.readAllBytes(directory.resolve("config.json")));
        List<Path> inOrder = weights.stream()
                .sorted(Comparator.comparing(file -> String.valueOf(file.getFileName())))
                .toList();
        for (Path file : inOrder) {
            part(digest, String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
            part(digest, header(file));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    /** With its length before it, so that no two lists of parts read alike. */
    private static void part(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).array());
        digest.update(bytes);
    }

    private static byte[] header(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] length = in.readNBytes(Long.BYTES);
            if (length.length < Long.BYTES) {
                throw new EOFException(file + " ends within its header");
            }
            long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (bytes < 0 || bytes > SafetensorsHeader.MAX_BYTES) {
                throw new IOException(file + " has a header of " + bytes + " bytes");
            }
            return in.readNBytes((int) bytes);
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        digest.update(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
