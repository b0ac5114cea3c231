package dev.exoflux.starter;

import dev.exoflux.kernels.KvType;
import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.pipeline.PipelineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DataSizeUnit;
import org.springframework.util.unit.DataSize;
import org.springframework.util.unit.DataUnit;

/**
 * What a peer serves, and with what.
 *
 * @param model models to serve, each by its name (org/name) or the path of its directory
 * @param home where exoflux keeps its data, by default .exoflux in the user's home; models are looked for in its models folder
 * @param backend what computes
 * @param exact whether to compute with f32 activations throughout, which is slower, instead of rounding them to 8 bits for weights of 4 and 8 bits
 * @param cacheType what the keys and values of running answers are kept in, by default bf16, or f32 if exact
 * @param threads threads that work on one operation, by default one for each physical core
 * @param stages pieces that each model is cut into, which compute at the same time; the answers are the same for any number
 * @param context most tokens of a prompt and its answer together; 0 for what the model was made for, up to 8192
 * @param maxConcurrency requests answered at once
 * @param queue requests that may wait beyond these; more are refused
 * @param prefillChunk most prompt tokens computed in one pass, which running answers have to wait for
 * @param cacheMemory memory for the KV caches of all requests; 0 for what the weights leave free, less a tenth
 * @param prefixCache memory of these that answers which have ended may keep, so that a prompt that begins alike is computed only from where it differs; by default all of it, up to 2 GB; 0 to keep and share nothing
 * @param grace how long running answers may go on when the application stops
 * @param ringPatience how long running answers wait for other peers to take over when one that computes a part of them is lost
 * @param memory most memory that models may take on this machine; 0 for what is free
 * @param cluster of peers that place models over all of them
 * @param mlx how MLX runs, where it computes
 */
@ConfigurationProperties("exoflux")
public record ExofluxProperties(
        @DefaultValue("exoflux/tiny") List<String> model,
        @Nullable Path home,
        @DefaultValue("auto") Choice backend,
        @DefaultValue("false") boolean exact,
        @Nullable KvType cacheType,
        @Nullable Integer threads,
        @DefaultValue("1") int stages,
        @DefaultValue("0") int context,
        @DefaultValue("16") int maxConcurrency,
        @DefaultValue("64") int queue,
        @DefaultValue("256") int prefillChunk,
        @DefaultValue("0B") DataSize cacheMemory,
        @DataSizeUnit(DataUnit.MEGABYTES) @Nullable DataSize prefixCache,
        @DefaultValue("10s") Duration grace,
        @DefaultValue("30s") Duration ringPatience,
        @DefaultValue("0B") DataSize memory,
        @DefaultValue Cluster cluster,
        @DefaultValue Mlx mlx) {

    /**
     * How MLX runs.
     *
     * @param inProcess whether it runs in this process, which ends if MLX fails badly, instead of in one of its own
     * @param memory most memory that weights, caches and activations may take there; 0 for what the device recommends
     * @param activations type that hidden states, keys, values and unquantised weights are kept in
     */
    public record Mlx(
            @DefaultValue("false") boolean inProcess,
            @DefaultValue("0B") DataSize memory,
            @DefaultValue("auto") MlxActivations activations) {}

    /**
     * The cluster this peer joins.
     *
     * @param enabled whether it joins one
     * @param name peers with different names of it never meet
     * @param secret that every peer of it knows, at least 8 characters; by default there is none, and every machine of the network can join
     * @param seeds peers to ask for the others, each as host or host:port, where the network has no multicast
     * @param host address that the others reach this peer at, by default one of the local network
     * @param port where peers meet; when it is taken, the next that is free
     * @param labels of this peer, that pipelines choose it by: words such as attic, or key=value
     */
    public record Cluster(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("exoflux") String name,
            @Nullable String secret,
            @DefaultValue List<String> seeds,
            @Nullable String host,
            @DefaultValue("7800") int port,
            @DefaultValue List<String> labels) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "cluster %s, enabled %s, %s, seeds %s, host %s, port %d, labels %s"
                    .formatted(name, enabled, secret == null ? "open" : "with a secret", seeds, host, port, labels);
        }
    }

    /** Which backend. */
    public enum Choice {
        /** The fastest that this machine can run: MLX on a Mac where it is installed, else as {@link #CPU}. */
        AUTO,
        /** MLX, or nothing. */
        MLX,
        /** The fastest kernels for the processor, compiled ones where a C compiler is at hand. */
        CPU,
        /** Java alone, on the Vector API, or nothing. */
        VECTOR,
        /** Plain Java loops, for comparison. */
        SCALAR
    }

    /** The directory for exoflux's own data. */
    Path homeOrDefault() {
        return home != null ? home : Path.of(System.getProperty("user.home"), ".exoflux");
    }

    /** @throws dev.exoflux.model.ExofluxException INVALID_CONFIGURATION for a number out of range */
    PipelineSettings pipeline() {
        return new PipelineSettings(
                stages,
                context,
                maxConcurrency,
                queue,
                prefillChunk,
                cacheMemory.toBytes(),
                prefixCache == null ? PipelineSettings.AUTOMATIC_BYTES : prefixCache.toBytes(),
                grace,
                ringPatience);
    }
}
