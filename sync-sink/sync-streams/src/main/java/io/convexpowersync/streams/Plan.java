package io.convexpowersync.streams;

import java.util.List;

/** A sync plan, compiled for evaluation. */
record Plan(List<Bucket> buckets, List<ParameterIndex> parameterIndexes, List<String> warnings) {}
