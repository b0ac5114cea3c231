package dev.exoflux.mesh.cluster;

import java.util.Objects;

/**
 * A deployment as it was ordered.
 *
 * @param asked milliseconds since 1970: tells an order from the same one given again
 * @param by the peer that gave it of its own accord, when it started or when it was asked for the model: it takes it back at its
 *     next start; empty where a user gave it
 */
record Order(Deployment deployment, long asked, String by) {

    Order {
        Objects.requireNonNull(deployment, "deployment");
        Objects.requireNonNull(by, "by");
    }
}
