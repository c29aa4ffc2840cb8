package io.convexpowersync.sink;

/**
 * What the sink core has done since it was opened.
 *
 * @param changes changes of selected tables written
 * @param operations PUT and REMOVE rows written
 * @param parameters parameter rows written
 * @param publications checkpoints published
 * @param evaluationErrors sources that failed for a row
 */
public record SinkCounters(
    long changes, long operations, long parameters, long publications, long evaluationErrors) {}
