package dev.exoflux.mesh.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a peer knows of the cluster's state. Merging is the maximum by key, in any order, grouping and repetition: whoever
 * has heard of the same decisions knows the same. For one thread.
 */
final class Entries {

    private final TreeMap<String, Entry> byKey = new TreeMap<>();
    private Version newest = Version.NONE;
    private long sum;

    /** Returns whether it was news. */
    boolean merge(Entry entry) {
        Entry known = byKey.get(entry.key());
        if (!entry.supersedes(known)) {
            return false;
        }
        byKey.put(entry.key(), entry);
        sum += hash(entry) - (known == null ? 0 : hash(known));
        newest = entry.version().compareTo(newest) > 0 ? entry.version() : newest;
        return true;
    }

    /** Returns whether any was news. */
    boolean merge(List<Entry> entries) {
        boolean news = false;
        for (Entry entry : entries) {
            news |= merge(entry);
        }
        return news;
    }

    @Nullable
    Entry get(String key) {
        return byKey.get(key);
    }

    int size() {
        return byKey.size();
    }

    Version newest() {
        return newest;
    }

    /** The same for the same entries, and almost surely for no others. */
    long sum() {
        return sum;
    }

    List<Entry> all() {
        return List.copyOf(byKey.values());
    }

    SortedMap<String, String> values() {
        TreeMap<String, String> values = new TreeMap<>();
        for (Entry entry : byKey.values()) {
            String value = entry.value();
            if (value != null) {
                values.put(entry.key(), value);
            }
        }
        return Collections.unmodifiableSortedMap(values);
    }

    private static long hash(Entry entry) {
        try {
            byte[] text = (entry.key() + "\0" + entry.version() + "\0" + entry.value()).getBytes(UTF_8);
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
