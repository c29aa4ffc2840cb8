/** SQL as sync configs write it: text to syntax tree, with positions. Knows nothing of streams. */
package io.convexpowersync.streams.sql;
