package dev.exoflux.mesh.weights;

/**
 * How far a pull has come.
 *
 * @param doneBytes here and checked, those that were here before included
 * @param totalBytes of what was asked for
 */
public record PullProgress(long doneBytes, long totalBytes) {}
