/**
 * Bucket definitions, the older "Sync Rules" of editions 1 and 2: their queries to sources that the
 * evaluator runs beside those of edition 3.
 */
package io.convexpowersync.streams.bucketdefinitions;
