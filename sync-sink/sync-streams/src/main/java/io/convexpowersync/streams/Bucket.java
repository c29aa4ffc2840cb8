package io.convexpowersync.streams;

import java.util.List;

/**
 * A family of buckets: one for each partition of its sources.
 *
 * @param uniqueName stream name and resolver number
 * @param prefix what bucket names begin with
 */
record Bucket(String uniqueName, String prefix, List<DataSource> sources) {

  BucketRow row(DataSource.Output output) {
    return new BucketRow(
        prefix + output.partition(), output.table(), output.id(), output.data(), output.checksum());
  }
}
