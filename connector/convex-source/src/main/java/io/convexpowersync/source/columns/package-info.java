/** Leaves fields of documents out: {@code column.exclude.list}. */
package io.convexpowersync.source.columns;
