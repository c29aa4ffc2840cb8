package io.convexpowersync.source;

/**
 * How errors that may pass are retried, in milliseconds.
 *
 * @param timeoutMs for how long, before the task fails
 * @param firstPauseMs the pause after the first failure; it doubles with every further one
 * @param longestPauseMs where the doubling ends. A server that asks for more gets it
 */
record RetrySettings(long timeoutMs, long firstPauseMs, long longestPauseMs) {}
