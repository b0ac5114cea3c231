package dev.exoflux.model.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Owner of one tokenizer of Hugging Face's {@code tokenizers} library, by way of DJL's JNI binding.
 *
 * <p>Thread-safe: encoding and decoding run side by side, {@link #close()} waits for those under way, and whoever comes later
 * is refused instead of reading freed memory.
 */
final class NativeTokenizer implements AutoCloseable {

    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();
    private long handle;

    /**
     * Builds the tokenizer, without its truncation and padding; {@link NativeLibrary} must be loaded.
     *
     * @param json the text of a {@code tokenizer.json}
     * @throws RuntimeException if the library refuses the text
     */
    NativeTokenizer(String json) {
        handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        TokenizersLibrary.LIB.disableTruncation(handle);
        TokenizersLibrary.LIB.disablePadding(handle);
    }

    /** The ids of a text without unpaired surrogates. */
    long[] encode(String text, boolean addSpecial) {
        Lock open = lockOpen();
        try {
            long encoding = TokenizersLibrary.LIB.encode(handle, text, addSpecial);
            try {
                return TokenizersLibrary.LIB.getTokenIds(encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } catch (RuntimeException e) {
            throw new ExofluxException(ErrorCode.MODEL_INVALID, """
                    The tokenizer cannot encode this text: %s.
                    Maybe its vocabulary lacks a token for unknown characters.""".formatted(e.getMessage()), e);
        } finally {
            open.unlock();
        }
    }

    String decode(long[] ids, boolean skipSpecial) {
        Lock open = lockOpen();
        try {
            return TokenizersLibrary.LIB.decode(handle, ids, skipSpecial);
        } finally {
            open.unlock();
        }
    }

    private Lock lockOpen() {
        Lock lock = lifetime.readLock();
        lock.lock();
        if (handle == 0) {
            lock.unlock();
            throw new ExofluxException(
                    ErrorCode.SHUTTING_DOWN, "The tokenizer is closed: its model is being unloaded.");
        }
        return lock;
    }

    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            if (handle != 0) {
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lifetime.writeLock().unlock();
        }
    }
}
