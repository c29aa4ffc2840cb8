package io.convexpowersync.streams;

import java.util.List;

/**
 * Everything that one source row produces.
 *
 * @param buckets in plan order
 * @param lookups in plan order
 * @param errors of sources that failed; the others are complete
 */
public record Evaluation(
    List<BucketRow> buckets, List<LookupRow> lookups, List<EvaluationError> errors) {
  /** Nothing: a deleted row, or a table that no source selects. */
  public static final Evaluation NOTHING = new Evaluation(List.of(), List.of(), List.of());
}
