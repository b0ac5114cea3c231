/**
 * The stream: stages, hops, batching. Knows Reactor, and no transport.
 *
 * <h2>The way of a token</h2>
 *
 * <ol>
 *   <li>{@link dev.exoflux.pipeline.Peer} is the front door: it finds the model of a {@link
 *       dev.exoflux.pipeline.GenerationRequest}.
 *   <li>{@link dev.exoflux.pipeline.AnsweringModel} has {@link dev.exoflux.pipeline.ModelText} render and encode the prompt on a
 *       worker thread, and {@link dev.exoflux.pipeline.RequestRules} check it.
 *   <li>{@link dev.exoflux.pipeline.Batcher} queues it as a {@link dev.exoflux.pipeline.Sequence}, lets it in when there is a
 *       place and {@linkplain dev.exoflux.pipeline.CacheBudget memory} ({@link dev.exoflux.pipeline.Roster}; where that runs short
 *       {@link dev.exoflux.pipeline.MemoryKeeper} says who gives way), and, whenever its subscriber wants a token, has {@link
 *       dev.exoflux.pipeline.BatchFormation} put it into the next {@link dev.exoflux.pipeline.StageMessage.TokenBatch}.
 *   <li>{@link dev.exoflux.pipeline.RingEntry} is where batches leave for the ring of a {@link dev.exoflux.pipeline.Mesh} and
 *       come home. {@link dev.exoflux.pipeline.LocalMesh} is a ring within this process.
 *   <li>Each {@link dev.exoflux.pipeline.ModelStage} hops to its one compute thread, where {@link
 *       dev.exoflux.pipeline.OpenSequences} keeps the caches and {@link dev.exoflux.pipeline.ForwardPass} computes; the last
 *       one, the tail, chooses the tokens.
 *   <li>Home again, {@link dev.exoflux.pipeline.Delivery} takes each token to its subscriber's thread, and {@link
 *       dev.exoflux.pipeline.AnswerText} gives it its text and looks for stop strings.
 * </ol>
 *
 * <h2>Where demand goes</h2>
 *
 * Downwards, {@code request(n)} of a subscriber is a number that the batcher reads: no operator in between asks for more than
 * was asked of it. Around the ring, each stage takes a bounded number of messages ahead, and the batcher keeps no more batches
 * in flight than the slowest stage takes ({@link dev.exoflux.pipeline.RingPace}). So a reader who stops reading is no longer computed for, and delays nobody.
 *
 * <h2>Threads</h2>
 *
 * Worker threads (Reactor's {@code boundedElastic}) render and encode. Stages compute on a thread each. Subscribers are called
 * on Reactor's {@code parallel} threads: do not block there. The batcher has no thread: see {@link
 * dev.exoflux.pipeline.SerialLoop}.
 */
@NullMarked
package dev.exoflux.pipeline;

import org.jspecify.annotations.NullMarked;
