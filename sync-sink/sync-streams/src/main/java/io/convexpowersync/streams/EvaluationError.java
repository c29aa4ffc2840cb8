package io.convexpowersync.streams;

/**
 * One source could not be evaluated for a row; it counts as producing nothing.
 *
 * @param source the bucket's unique name, or {@code lookup <query id>}
 * @param message what went wrong
 */
public record EvaluationError(String source, String message) {}
