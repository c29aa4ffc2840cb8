package io.convexpowersync.streams;

/**
 * A parameter lookup that a source row answers.
 *
 * @param lookup BSON of {@code {l: [lookup name, query id, values...]}}; do not modify
 * @param bucketParameters JSON text of the list of result rows
 */
public record LookupRow(byte[] lookup, String bucketParameters) {}
