package io.convexpowersync.source.records;

import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.events.TopicNames;
import java.util.OptionalInt;

/**
 * What users choose of the table topics.
 *
 * @param topics names of the topics
 * @param format the records
 * @param partitions partitions of a table topic, if the connector chooses them by {@code _id};
 *     empty if the producer chooses by the key
 * @param tombstones whether a delete is followed by a tombstone
 * @param transactions whether commits are described in the transaction topic
 */
public record RecordSettings(
    TopicNames topics,
    TableTopicFormat format,
    OptionalInt partitions,
    boolean tombstones,
    boolean transactions) {}
