/**
 * What stands between a request and those who answer it: each type here is a {@link dev.exoflux.pipeline.Generator} made of
 * others, or what one of them needs.
 *
 * <ul>
 *   <li>{@link dev.exoflux.pipeline.compose.Validated} reads along and ends what breaks a {@link
 *       dev.exoflux.pipeline.compose.Rule}; {@link dev.exoflux.pipeline.compose.Rules} has those that come with the house.
 *   <li>{@link dev.exoflux.pipeline.compose.Routed} and {@link dev.exoflux.pipeline.compose.FallingBack} hand a request to one
 *       of several.
 *   <li>{@link dev.exoflux.pipeline.compose.FirstOf}, {@link dev.exoflux.pipeline.compose.AllOf}, {@link
 *       dev.exoflux.pipeline.compose.VoteOf} and {@link dev.exoflux.pipeline.compose.BestOf} hand it to several at once.
 *   <li>{@link dev.exoflux.pipeline.compose.Prepared} and {@link dev.exoflux.pipeline.compose.Transformed} hold stages of
 *       one's own.
 * </ul>
 *
 * Whatever is made of others keeps the contract of a generator: a token for a request, cancel goes up to everybody who still
 * answers, nothing is blocked. What differs is said in its place.
 */
@NullMarked
package dev.exoflux.pipeline.compose;

import org.jspecify.annotations.NullMarked;
