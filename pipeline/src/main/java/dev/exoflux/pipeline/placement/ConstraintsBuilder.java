package dev.exoflux.pipeline.placement;

import java.util.List;
import java.util.Set;

/** Makes {@link Constraints}; what is not said is left open. Not for use by two threads at once. */
public final class ConstraintsBuilder {

    private Strategy strategy = Strategy.PIPELINE;
    private int stages;
    private int minPeers;
    private List<String> peers = List.of();
    private Set<String> excludedPeers = Set.of();
    private List<Constraints.Ends> avoidedLinks = List.of();
    private int context;
    private int concurrency = 1;
    private CollectiveKind collective = CollectiveKind.AUTO;
    private String backend = "";
    private String rank0 = "";
    private int coordinatorPort = Constraints.COORDINATOR_PORT;

    ConstraintsBuilder() {}

    ConstraintsBuilder(Constraints constraints) {
        this.strategy = constraints.strategy();
        this.stages = constraints.stages();
        this.minPeers = constraints.minPeers();
        this.peers = constraints.peers();
        this.excludedPeers = constraints.excludedPeers();
        this.avoidedLinks = constraints.avoidedLinks();
        this.context = constraints.context();
        this.concurrency = constraints.concurrency();
        this.collective = constraints.collective();
        this.backend = constraints.backend();
        this.rank0 = constraints.rank0();
        this.coordinatorPort = constraints.coordinatorPort();
    }

    public ConstraintsBuilder strategy(Strategy strategy) {
        this.strategy = strategy;
        return this;
    }

    public ConstraintsBuilder stages(int stages) {
        this.stages = stages;
        return this;
    }

    public ConstraintsBuilder minPeers(int minPeers) {
        this.minPeers = minPeers;
        return this;
    }

    public ConstraintsBuilder peers(List<String> peers) {
        this.peers = peers;
        return this;
    }

    public ConstraintsBuilder excludedPeers(Set<String> excludedPeers) {
        this.excludedPeers = excludedPeers;
        return this;
    }

    public ConstraintsBuilder avoidedLinks(List<Constraints.Ends> avoidedLinks) {
        this.avoidedLinks = avoidedLinks;
        return this;
    }

    public ConstraintsBuilder context(int context) {
        this.context = context;
        return this;
    }

    public ConstraintsBuilder concurrency(int concurrency) {
        this.concurrency = concurrency;
        return this;
    }

    public ConstraintsBuilder collective(CollectiveKind collective) {
        this.collective = collective;
        return this;
    }

    public ConstraintsBuilder backend(String backend) {
        this.backend = backend;
        return this;
    }

    public ConstraintsBuilder rank0(String rank0) {
        this.rank0 = rank0;
        return this;
    }

    public ConstraintsBuilder coordinatorPort(int coordinatorPort) {
        this.coordinatorPort = coordinatorPort;
        return this;
    }

    public Constraints build() {
        return new Constraints(
                strategy,
                stages,
                minPeers,
                peers,
                excludedPeers,
                avoidedLinks,
                context,
                concurrency,
                collective,
                backend,
                rank0,
                coordinatorPort);
    }
}
