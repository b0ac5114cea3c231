package dev.exoflux.benchmarks;

import dev.exoflux.pipeline.placement.Constraints;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Planner;
import dev.exoflux.pipeline.placement.Topology;
import dev.exoflux.pipeline.placement.catalog.ModelCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Placing Llama 3.1 405B in 4 bits, which takes a good part of these peers, of uneven memory, speed and links. */
@SuppressWarnings("NullAway.Init")
public class PlannerBenchmark extends Measured {

    private static final double MODEL_BYTES = 230e9;

    @Param({"8", "64", "1000"})
    public int peers;

    private final ModelFootprint model = ModelCatalog.find("llama-3.1-405b").footprint(4);
    private Topology topology;

    @Setup
    public void prepare() {
        SplittableRandom random = new SplittableRandom(peers);
        double share = 3 * MODEL_BYTES / Math.min(peers, 100);
        List<PeerInfo> all = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            all.add(PeerInfo.builder("p" + i)
                    .memoryFreeBytes((long) (share * random.nextDouble(0.3, 1.7)))
                    .weightBytesPerSecond(random.nextDouble(50e9, 800e9))
                    .build());
        }
        List<Link> links = new ArrayList<>();
        for (PeerInfo from : all) {
            for (PeerInfo to : all) {
                if (!from.equals(to)) {
                    boolean cabled = random.nextInt(8) == 0;
                    links.add(new Link(
                            from.id(),
                            to.id(),
                            cabled ? Link.Kind.THUNDERBOLT : Link.Kind.ETHERNET,
                            "",
                            cabled ? random.nextDouble(30, 80) : random.nextDouble(150, 900),
                            cabled ? 4e9 : 110e6,
                            null));
                }
            }
        }
        topology = new Topology("", "", all, links);
    }

    @Benchmark
    public Placement plan() {
        return Planner.plan(model, topology, Constraints.NONE);
    }
}
