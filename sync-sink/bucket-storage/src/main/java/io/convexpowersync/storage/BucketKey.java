package io.convexpowersync.storage;

/** A row's place in one bucket: an element of {@code current_data.buckets}. */
record BucketKey(String bucket, String table, String id) {}
