package dev.exoflux.pipeline.placement;

import java.util.List;

/** Makes a {@link PeerInfo}; what is not said stays empty, zero or false. Not for use by two threads at once. */
public final class PeerInfoBuilder {

    private final String id;
    private String name;
    private String host = "";
    private int httpPort;
    private int meshPort;
    private String device = "";
    private int cores;
    private List<String> backends = List.of();
    private String backend = "";
    private long memoryFreeBytes;
    private long memoryTotalBytes;
    private double weightBytesPerSecond;
    private double gflops;
    private long diskFreeBytes;
    private boolean rdmaEnabled;
    private List<PeerInterface> interfaces = List.of();
    private List<HeldModel> models = List.of();
    private List<HeldShard> shards = List.of();
    private List<String> labels = List.of();
    private boolean leaving;

    PeerInfoBuilder(String id) {
        this.id = id;
        this.name = id;
    }

    PeerInfoBuilder(PeerInfo peer) {
        this.id = peer.id();
        this.name = peer.name();
        this.host = peer.host();
        this.httpPort = peer.httpPort();
        this.meshPort = peer.meshPort();
        this.device = peer.device();
        this.cores = peer.cores();
        this.backends = peer.backends();
        this.backend = peer.backend();
        this.memoryFreeBytes = peer.memoryFreeBytes();
        this.memoryTotalBytes = peer.memoryTotalBytes();
        this.weightBytesPerSecond = peer.weightBytesPerSecond();
        this.gflops = peer.gflops();
        this.diskFreeBytes = peer.diskFreeBytes();
        this.rdmaEnabled = peer.rdmaEnabled();
        this.interfaces = peer.interfaces();
        this.models = peer.models();
        this.shards = peer.shards();
        this.labels = peer.labels();
        this.leaving = peer.leaving();
    }

    public PeerInfoBuilder name(String name) {
        this.name = name;
        return this;
    }

    public PeerInfoBuilder host(String host) {
        this.host = host;
        return this;
    }

    public PeerInfoBuilder httpPort(int httpPort) {
        this.httpPort = httpPort;
        return this;
    }

    public PeerInfoBuilder meshPort(int meshPort) {
        this.meshPort = meshPort;
        return this;
    }

    public PeerInfoBuilder device(String device) {
        this.device = device;
        return this;
    }

    public PeerInfoBuilder cores(int cores) {
        this.cores = cores;
        return this;
    }

    public PeerInfoBuilder backends(List<String> backends) {
        this.backends = backends;
        return this;
    }

    public PeerInfoBuilder backend(String backend) {
        this.backend = backend;
        return this;
    }

    public PeerInfoBuilder memoryFreeBytes(long memoryFreeBytes) {
        this.memoryFreeBytes = memoryFreeBytes;
        return this;
    }

    public PeerInfoBuilder memoryTotalBytes(long memoryTotalBytes) {
        this.memoryTotalBytes = memoryTotalBytes;
        return this;
    }

    public PeerInfoBuilder weightBytesPerSecond(double weightBytesPerSecond) {
        this.weightBytesPerSecond = weightBytesPerSecond;
        return this;
    }

    public PeerInfoBuilder gflops(double gflops) {
        this.gflops = gflops;
        return this;
    }

    public PeerInfoBuilder diskFreeBytes(long diskFreeBytes) {
        this.diskFreeBytes = diskFreeBytes;
        return this;
    }

    public PeerInfoBuilder rdmaEnabled(boolean rdmaEnabled) {
        this.rdmaEnabled = rdmaEnabled;
        return this;
    }

    public PeerInfoBuilder interfaces(List<PeerInterface> interfaces) {
        this.interfaces = interfaces;
        return this;
    }

    public PeerInfoBuilder models(List<HeldModel> models) {
        this.models = models;
        return this;
    }

    public PeerInfoBuilder shards(List<HeldShard> shards) {
        this.shards = shards;
        return this;
    }

    public PeerInfoBuilder labels(List<String> labels) {
        this.labels = labels;
        return this;
    }

    public PeerInfoBuilder leaving(boolean leaving) {
        this.leaving = leaving;
        return this;
    }

    public PeerInfo build() {
        return new PeerInfo(
                id,
                name,
                host,
                httpPort,
                meshPort,
                device,
                cores,
                backends,
                backend,
                memoryFreeBytes,
                memoryTotalBytes,
                weightBytesPerSecond,
                gflops,
                diskFreeBytes,
                rdmaEnabled,
                interfaces,
                models,
                shards,
                labels,
                leaving);
    }
}
