package dev.exoflux.pipeline.placement;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One directed way from a peer to another. Between the same two there may be several, such as Ethernet and Thunderbolt.
 *
 * @param from id of the peer that dials
 * @param to id of the peer that is reached
 * @param address the sink's ({@code to}'s), as a host or host:port; empty where the link has none, as with RDMA
 * @param roundTripMicros median of the measured round trip; 0 where it was not measured
 * @param bytesPerSecond measured from {@code from} to {@code to}; 0 where it was not measured
 * @param rdmaDevice RDMA device on {@code from} that leads to {@code to}, such as {@code rdma_en5}; null where there is none
 */
public record Link(
        String from,
        String to,
        Kind kind,
        String address,
        double roundTripMicros,
        double bytesPerSecond,
        @Nullable String rdmaDevice) {

    /** What a link runs over. The order is the order of preference between links that measure alike. */
    public enum Kind {
        /** Two peers of one machine. */
        LOOPBACK,
        /** Remote direct memory access over Thunderbolt 5. */
        RDMA,
        /** IP over Thunderbolt. */
        THUNDERBOLT,
        ETHERNET,
        UNKNOWN,
        WIFI;

        /** As files and answers spell it, such as {@code thunderbolt}. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The kind that is spelled so, in any case and with {@code wi-fi} for Wi-Fi; empty for no kind at all. */
        public static Optional<Kind> of(String spelling) {
            String plain = spelling.replace("-", "").toLowerCase(Locale.ROOT);
            for (Kind kind : values()) {
                if (kind.spelling().equals(plain)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    static final Comparator<Link> ORDER = Comparator.comparing(Link::from)
            .thenComparing(Link::to)
            .thenComparing(Link::kind)
            .thenComparing(Link::address)
            .thenComparing(link -> String.valueOf(link.rdmaDevice))
            .thenComparingDouble(Link::roundTripMicros)
            .thenComparingDouble(Link::bytesPerSecond);

    public Link {
        if (from.equals(to)) {
            throw new IllegalArgumentException("a link from " + from + " to itself");
        }
        if (!(roundTripMicros >= 0) || !(bytesPerSecond >= 0) || Double.isInfinite(roundTripMicros)) {
            throw new IllegalArgumentException(
                    "link %s to %s: round trip %s us, %s bytes/s".formatted(from, to, roundTripMicros, bytesPerSecond));
        }
    }
}
