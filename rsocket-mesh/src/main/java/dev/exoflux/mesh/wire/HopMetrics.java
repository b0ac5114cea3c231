package dev.exoflux.mesh.wire;

/**
 * What has travelled over the hops of one peer since it started. A message that one peer sent and another received is one
 * crossing.
 *
 * @param sent messages
 * @param sentBytes their frames, before they are cut into fragments
 * @param received messages
 * @param receivedBytes their frames
 */
public record HopMetrics(long sent, long sentBytes, long received, long receivedBytes) {

    /** Nothing yet. */
    public static final HopMetrics NONE = new HopMetrics(0, 0, 0, 0);
}
