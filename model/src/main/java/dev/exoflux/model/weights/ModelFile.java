package dev.exoflux.model.weights;

import java.util.Set;

/**
 * A file of a model, and which of its bytes are here.
 *
 * @param name in the model's directory
 * @param bytes of the whole file
 * @param headerBytes of the table at its head with the eight bytes before it; 0 if it holds no weights
 * @param sha256 in hexadecimal, of a file without weights; empty for one with weights, whose header tells what it is
 * @param here bytes that are on this disk, or on that of the peer which says so
 */
public record ModelFile(String name, long bytes, long headerBytes, String sha256, ByteRanges here) {

    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,250}";

    private static final String WEIGHTS = ".safetensors";

    /** What beside weights makes up a model. */
    private static final Set<String> OTHERS = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "chat_template.jinja",
            "chat_template.json",
            Checkpoint.INDEX);

    private static final long MAX_OTHER_BYTES = 256 << 20;

    /** @throws IllegalArgumentException for a name that no file of a model has, or sizes that no file has */
    public ModelFile {
        boolean weights = headerBytes > 0;
        if (weights ? !name.matches(NAME) || !name.endsWith(WEIGHTS) : !isOther(name)) {
            throw new IllegalArgumentException("a file called " + ModelErrors.shown(name));
        }
        if (bytes < headerBytes || headerBytes < 0 || headerBytes > SafetensorsHeader.MAX_BYTES + Long.BYTES) {
            throw new IllegalArgumentException(name + " of " + bytes + " bytes, " + headerBytes + " of them header");
        }
        if (!weights && bytes > MAX_OTHER_BYTES) {
            throw new IllegalArgumentException(name + " of " + bytes + " bytes");
        }
        if (!here.isEmpty() && here.list().getLast().to() > bytes) {
            throw new IllegalArgumentException(name + " of " + bytes + " bytes, of which " + here);
        }
    }

    static boolean isOther(String name) {
        return OTHERS.contains(name);
    }

    /** Whether it holds weights. */
    public boolean weights() {
        return headerBytes > 0;
    }

    /** What of it tells what the model is: the header of weights, all of any other file. */
    public ByteRanges description() {
        return ByteRanges.of(0, weights() ? headerBytes : bytes);
    }

    /** Whether all of it is here. */
    public boolean complete() {
        return here.bytes() == bytes;
    }

    /** The same file, with other bytes of it here. */
    public ModelFile with(ByteRanges bytesHere) {
        return new ModelFile(name, bytes, headerBytes, sha256, bytesHere);
    }
}
