package dev.exoflux.web;

import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.web.api.ClusterRoutes;
import dev.exoflux.web.api.FlowRoutes;
import dev.exoflux.web.api.PipelineRoutes;
import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.JsonBody;
import dev.exoflux.web.http.JsonErrorHandler;
import dev.exoflux.web.openai.Answering;
import dev.exoflux.web.openai.OpenAiRoutes;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Adds the HTTP face to a peer that runs in a reactive web application. Errors of the whole application take OpenAI's shape,
 * unless it brings an {@link ErrorWebExceptionHandler} of its own.
 */
@AutoConfiguration(
        before = ErrorWebFluxAutoConfiguration.class,
        afterName = "dev.exoflux.starter.ExofluxAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean({Generator.class, ServedModels.class})
@EnableConfigurationProperties(ExofluxWebProperties.class)
public final class ExofluxWebAutoConfiguration {

    @Bean
    RouterFunction<ServerResponse> exofluxHealthRoutes(ServedModels models) {
        return HealthRoutes.of(models);
    }

    @Bean
    RouterFunction<ServerResponse> exofluxOpenAiRoutes(
            Generator generator, ServedModels models, ExofluxWebProperties properties, ObjectProvider<Clock> clock) {
        Clock time = clock.getIfAvailable(Clock::systemUTC);
        Answering answering = new Answering(
                generator, models, time, () -> ThreadLocalRandom.current().nextLong());
        JsonBody body = new JsonBody(properties.maxBodySize());
        return OpenAiRoutes.of(answering, models, body, new EventStream(properties.readerPatience()), time);
    }

    @Bean
    RouterFunction<ServerResponse> exofluxClusterRoutes(
            ObjectProvider<Cluster> cluster, ExofluxWebProperties properties) {
        return ClusterRoutes.of(
                cluster::getIfAvailable,
                new JsonBody(properties.maxBodySize()),
                new EventStream(properties.readerPatience()),
                properties.heartbeat());
    }

    @Bean
    @ConditionalOnBean(PipelinePeer.class)
    RouterFunction<ServerResponse> exofluxPipelineRoutes(PipelinePeer peer) {
        return PipelineRoutes.of(peer);
    }

    @Bean
    @ConditionalOnBean(PipelinePeer.class)
    RouterFunction<ServerResponse> exofluxFlowRoutes(PipelinePeer peer, ObjectProvider<Cluster> cluster) {
        return FlowRoutes.of(peer, cluster::getIfAvailable);
    }

    @Bean
    @ConditionalOnMissingBean(ErrorWebExceptionHandler.class)
    JsonErrorHandler exofluxErrorHandler() {
        return new JsonErrorHandler();
    }

    /** Lets pages of this machine call; a page of another origin is turned away, also where it asks without a preflight. */
    @Bean
    CorsWebFilter exofluxCorsFilter(ExofluxWebProperties properties) {
        CorsConfiguration origins = new CorsConfiguration();
        origins.setAllowedOriginPatterns(properties.allowedOrigins());
        origins.addAllowedHeader(CorsConfiguration.ALL);
        origins.addAllowedMethod("GET");
        origins.addAllowedMethod("POST");
        origins.addAllowedMethod("DELETE");
        UrlBasedCorsConfigurationSource paths = new UrlBasedCorsConfigurationSource();
        Stream.of(OpenAiRoutes.PATHS, ClusterRoutes.PATHS)
                .flatMap(List::stream)
                .forEach(path -> paths.registerCorsConfiguration(path, origins));
        return new CorsWebFilter(paths);
    }
}
