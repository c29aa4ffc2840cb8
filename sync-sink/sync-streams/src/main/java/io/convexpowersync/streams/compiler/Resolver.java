package io.convexpowersync.streams.compiler;

import java.util.List;

/**
 * One term of a query's condition: which rows go to a bucket, and which buckets a request reads.
 *
 * @param rows filters and partitions the rows of the query's table
 * @param lookups in the order in which they were completed
 */
record Resolver(
    Query query, Processor rows, List<PlanExpression> requestFilters, List<Lookup> lookups) {}
