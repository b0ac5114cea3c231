package dev.exoflux.starter;

import dev.exoflux.dsl.run.MemoryStore;
import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.dsl.run.ServedHere;
import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.mesh.cluster.ClusterPeer;
import dev.exoflux.model.Backend;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Peer;
import dev.exoflux.pipeline.ServingPeer;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * Adds a peer to an application: its {@link Generator} can be injected. Models load in the background once
 * the application has started, its server before them; {@link ModelsReady} or {@link ModelsFailed} tells how that ended. With
 * {@code exoflux.cluster.enabled} the peer joins a cluster, whose peers hold the models together. An application that has a {@code
 * Backend} or {@code ModelRepository} of its own keeps it; one that has a {@code Generator} of its own gets nothing from here.
 */
@AutoConfiguration
@ConditionalOnMissingBean(Generator.class)
@EnableConfigurationProperties(ExofluxProperties.class)
public final class ExofluxAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ModelRepository exofluxModelRepository(ExofluxProperties properties) {
        Path hub = ModelRepository.huggingFaceHub(System.getenv(), Path.of(System.getProperty("user.home")));
        return new ModelRepository(properties.homeOrDefault(), hub);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Backend.class)
    Backend exofluxBackend(ExofluxProperties properties) {
        return Backends.create(properties);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnProperty("exoflux.cluster.enabled")
    ClusterPeer exofluxClusterPeer(
            ExofluxProperties properties, ModelRepository repository, Backend backend, Environment environment) {
        return ClusterPeer.of(Clusters.settings(properties, repository, backend, environment), backend);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(ServingPeer.class)
    Peer exofluxPeer(ExofluxProperties properties, ModelRepository repository, Backend backend) {
        List<ModelDirectory> models =
                properties.model().stream().map(repository::resolve).toList();
        return Peer.of(
                models,
                backend,
                properties.pipeline(),
                properties.homeOrDefault().resolve("cache"));
    }

    /** In front of the peer, which its lifecycle closes with it. */
    @Bean(destroyMethod = "")
    @Primary
    PipelinePeer exofluxPipelines(ServingPeer peer, ObjectProvider<Cluster> clusters, BeanFactory beans) {
        Cluster cluster = clusters.getIfAvailable();
        if (cluster == null) {
            return new PipelinePeer(peer, new MemoryStore(), new ServedHere(peer), new SpringBeans(beans));
        }
        ClusterPipelines kept = new ClusterPipelines(cluster);
        return new PipelinePeer(peer, kept, kept, new SpringBeans(beans));
    }

    @Bean
    PeerLifecycle exofluxPeerLifecycle(ServingPeer peer, ApplicationEventPublisher events) {
        return new PeerLifecycle(peer, events);
    }
}
