package io.convexpowersync.streams;

/**
 * The options of a sync config that change results for Convex documents.
 *
 * @param fixedJsonExtract paths are split only when they start with {@code $}, and JSON nulls are
 *     SQL nulls
 */
record Compatibility(boolean fixedJsonExtract) {}
