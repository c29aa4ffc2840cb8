package io.convexpowersync.streams;

import java.util.List;

/** A sync plan, compiled for evaluation. */
record Plan(List<Bucket> buckets, List<LookupSource> lookups, List<String> warnings) {}
