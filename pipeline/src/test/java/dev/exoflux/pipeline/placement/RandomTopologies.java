package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Clusters and models drawn from a seed: uneven memory and speed, links that are missing, doubled or faster one way. */
final class RandomTopologies {

    private final SplittableRandom random;

    RandomTopologies(long seed) {
        random = new SplittableRandom(seed);
    }

    Topology topology(int peers, double missing) {
        List<PeerInfo> all = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            boolean unmeasured = random.nextInt(12) == 0;
            all.add(PeerInfo.builder("p%04d".formatted(i))
                    .memoryFreeBytes(random.nextLong(100, 1200))
                    .weightBytesPerSecond(unmeasured ? 0 : random.nextDouble(1e5, 1e6))
                    .build());
        }
        List<Link> links = new ArrayList<>();
        for (PeerInfo from : all) {
            for (PeerInfo to : all) {
                if (!from.equals(to) && random.nextDouble() >= missing) {
                    links.add(link(from, to));
                    if (random.nextInt(4) == 0) {
                        links.add(link(from, to));
                    }
                }
            }
        }
        return new Topology("", "", all, links);
    }

    private Link link(PeerInfo from, PeerInfo to) {
        Link.Kind[] kinds = Link.Kind.values();
        return new Link(
                from.id(),
                to.id(),
                kinds[random.nextInt(kinds.length)],
                "",
                Math.exp(random.nextDouble(1, 9)),
                Math.exp(random.nextDouble(13, 22)),
                null);
    }

    ModelFootprint model(int layers) {
        LayerFootprint layer = new LayerFootprint(random.nextLong(50, 300), 40, random.nextInt(2));
        return new ModelFootprint(
                "m",
                ModelFootprint.alike(layers, layer),
                random.nextLong(1, 200),
                random.nextLong(1, 200),
                random.nextInt(4) == 0,
                random.nextInt(1, 2000),
                8,
                8,
                64);
    }

    int nextInt(int bound) {
        return random.nextInt(bound);
    }
}
