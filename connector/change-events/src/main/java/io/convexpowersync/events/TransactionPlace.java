package io.convexpowersync.events;

/**
 * The place of a change in its commit: Debezium's {@code transaction} block.
 *
 * @param id the commit timestamp, 19 digits
 * @param totalOrder 1 for the first change of the commit
 * @param tableOrder 1 for the first change of the commit in its table
 */
public record TransactionPlace(String id, long totalOrder, long tableOrder) {}
