#!/usr/bin/env bash
# Creates the topics of one source beforehand, for brokers where connectors may not create topics, or with
# more replicas than the broker's default. Otherwise the topic.creation.* keys of the examples do it.
#
#   BOOTSTRAP=broker:9092 PREFIX=app TABLES="users lists todos" ./create-topics.sh
set -euo pipefail
: "${BOOTSTRAP:?}" "${PREFIX:?}" "${TABLES:?}"
replicas=${REPLICAS:-3}
topics() { kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --create --if-not-exists --replication-factor "$replicas" "$@"; }

# The log: exactly one partition, compacted and never also deleted, or rebuilding a sync config from it
# would miss rows. The lag gives a sink that was away for a day the whole history.
topics --topic "$PREFIX.log" --partitions 1 \
  --config cleanup.policy=compact --config min.compaction.lag.ms=86400000 --config max.message.bytes=4194304

# Table topics: as many partitions as their consumers want; one document stays in one partition. Compaction
# keeps the newest version of every document.
for table in $TABLES; do
  topics --topic "$PREFIX.app.$table" --partitions "${PARTITIONS:-3}" \
    --config cleanup.policy=compact --config max.message.bytes=4194304
done
