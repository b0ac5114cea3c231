package dev.exoflux.mesh.cluster;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import reactor.core.publisher.Mono;

/** A model that a peer is to serve once it has joined its cluster. */
record JoiningModel(String id) implements ServedModel {

    @Override
    public State state() {
        return State.LOADING;
    }

    @Override
    public int contextLength() {
        return 0;
    }

    @Override
    public Mono<ServedModel> prepared() {
        return Mono.error(loading());
    }

    @Override
    public SamplingSettings sampling() {
        throw loading();
    }

    @Override
    public Mono<int[]> encode(Prompt prompt) {
        return Mono.error(loading());
    }

    @Override
    public Mono<int[]> encode(String text, boolean addSpecial) {
        return Mono.error(loading());
    }

    @Override
    public Mono<String> render(Prompt.Chat conversation) {
        return Mono.error(loading());
    }

    @Override
    public Mono<String> decode(int[] ids) {
        return Mono.error(loading());
    }

    @Override
    public byte[] bytesOf(int token) {
        throw loading();
    }

    private ExofluxException loading() {
        return new ExofluxException(
                ErrorCode.LOADING,
                "The peer that is to serve %s is still joining its cluster.\nMaybe try again in a moment."
                        .formatted(id));
    }
}
