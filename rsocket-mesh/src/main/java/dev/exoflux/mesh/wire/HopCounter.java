package dev.exoflux.mesh.wire;

import java.util.concurrent.atomic.LongAdder;

/** Counts what travels; from any thread. */
final class HopCounter {

    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();

    void sent(int bytes) {
        sent.increment();
        sentBytes.add(bytes);
    }

    void received(int bytes) {
        received.increment();
        receivedBytes.add(bytes);
    }

    HopMetrics metrics() {
        return new HopMetrics(sent.sum(), sentBytes.sum(), received.sum(), receivedBytes.sum());
    }
}
