package io.convexpowersync.streams;

import java.util.List;

/**
 * A compiled sync config, ready to run: says which buckets and lookups a Convex document goes to,
 * with exactly the results of the PowerSync Service.
 *
 * <p>Immutable and thread-safe. Nothing depends on earlier rows.
 */
public final class SyncStreams {
  private SyncStreams() {}

  /**
   * Loads the plan that the Service compiled.
   *
   * @param syncPlan text of {@code sync_rules.sync_plan}
   * @param replicationStreamId {@code sync_rules.id}, which bucket names start with
   * @throws InvalidPlanException if the plan cannot be run here; names the stream and the reason
   */
  public static SyncStreams load(String syncPlan, int replicationStreamId) {
    throw new InvalidPlanException("Sync plans are not read yet");
  }

  /** Whether any data source or lookup selects this table of the root component. */
  public boolean selects(String table) {
    return tablePatterns().stream().anyMatch(pattern -> pattern.matches(table));
  }

  /**
   * Evaluates one document. Never throws for bad data: what fails is in {@link
   * Evaluation#errors()}, and the other sources are complete.
   *
   * @param table name of a table of the root component
   * @param document JSON text of the document, with or without Convex's metadata fields
   */
  public Evaluation evaluate(String table, String document, DocumentEncoding encoding) {
    return Evaluation.NOTHING;
  }

  /** What the plan holds that works differently from what its author may expect. */
  public List<String> warnings() {
    return List.of();
  }

  /** Every table or pattern that the plan reads, without repetition, in plan order. */
  public List<TablePattern> tablePatterns() {
    return List.of();
  }
}
