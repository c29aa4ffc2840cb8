/** Turns events into the records of the topics. */
package io.convexpowersync.source.records;
