package dev.exoflux.pipeline.placement;

/** How long a message takes over a link, by measurement or, where there is none, by what is usual for its kind. */
final class LinkSpeed {

    private LinkSpeed() {}

    /** Seconds until {@code bytes} have arrived: half a round trip and their share of the bandwidth. */
    static double seconds(Link link, long bytes) {
        double micros = link.roundTripMicros() > 0 ? link.roundTripMicros() : usualMicros(link.kind());
        double rate = link.bytesPerSecond() > 0 ? link.bytesPerSecond() : usualBytesPerSecond(link.kind());
        return micros / 2e6 + bytes / rate;
    }

    /** Seconds that a kind counts beside its time: nanoseconds, to choose between links that measure alike. */
    static double preference(Link.Kind kind) {
        return switch (kind) {
            case LOOPBACK -> 0;
            case RDMA -> 1e-9;
            case THUNDERBOLT -> 2e-9;
            case ETHERNET -> 3e-9;
            case UNKNOWN -> 4e-9;
            case WIFI -> 5e-9;
        };
    }

    private static double usualMicros(Link.Kind kind) {
        return switch (kind) {
            case LOOPBACK -> 60;
            case RDMA -> 15;
            case THUNDERBOLT -> 100;
            case ETHERNET -> 400;
            case UNKNOWN -> 1_000;
            case WIFI -> 4_000;
        };
    }

    private static double usualBytesPerSecond(Link.Kind kind) {
        return switch (kind) {
            case LOOPBACK, RDMA -> 5e9;
            case THUNDERBOLT -> 3e9;
            case ETHERNET -> 110e6;
            case UNKNOWN -> 50e6;
            case WIFI -> 20e6;
        };
    }
}
