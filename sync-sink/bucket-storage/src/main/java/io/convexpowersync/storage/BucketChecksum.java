package io.convexpowersync.storage;

/**
 * What the service tells a client about a bucket.
 *
 * @param bucket its name
 * @param checksum sum of the operations' checksums modulo 2^32, as a signed number
 * @param count operations
 */
public record BucketChecksum(String bucket, int checksum, long count) {}
