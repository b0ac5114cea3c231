package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holders that a pull goes on without, and why. Thread-safe. */
final class Losses {

    private static final Logger LOG = LoggerFactory.getLogger(WeightPuller.class);

    private final String model;
    private final Map<PeerAddress, String> reasons = new LinkedHashMap<>();

    Losses(String model) {
        this.model = model;
    }

    synchronized void add(PeerAddress holder, Throwable failure) {
        add(holder, reason(failure));
    }

    synchronized void add(PeerAddress holder, String reason) {
        if (reasons.putIfAbsent(holder, reason) == null) {
            LOG.warn("{} is fetched without {}: {}", model, holder, reason);
        }
    }

    private static String reason(Throwable failure) {
        String message =
                failure instanceof TimeoutException ? "it takes too long" : String.valueOf(failure.getMessage());
        return message.lines().findFirst().orElse("");
    }

    /** @param missing what there is nobody left for */
    synchronized ExofluxException nobodyLeft(String missing) {
        String why = reasons.entrySet().stream()
                .map(loss -> "\n%s: %s".formatted(loss.getKey(), loss.getValue()))
                .collect(Collectors.joining());
        return new ExofluxException(
                ErrorCode.PEER_LOST,
                "%s of %s cannot be had from any peer that is left.%s\nMaybe start a peer that has the model, or fetch it with: hf download %s"
                        .formatted(missing, model, why, model));
    }
}
