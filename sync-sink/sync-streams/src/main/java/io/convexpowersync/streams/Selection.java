package io.convexpowersync.streams;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Which source rows a data source takes, and into which partitions of its bucket. */
sealed interface Selection permits Processor, ConditionalSelection {
  /** The tables that it takes rows of. */
  TablePattern pattern();

  /**
   * Calls back once for each partition that the row belongs to.
   *
   * @param action gets the row, and the JSON array of the partition's values; null instead of that
   *     when the row cannot belong anywhere but its columns have to be evaluated all the same,
   *     because they may fail
   * @throws EvaluationException if anything fails; what was called back before is void then
   */
  void forEachPartition(Row row, SourceTable table, BiConsumer<Scope, String> action);

  /** Whether the columns depend on the partition too, not only on the row. */
  boolean multipliesRows();

  /**
   * Says why a row, or a part of what a function makes of it, belongs nowhere.
   *
   * @throws EvaluationException if the row cannot be evaluated
   */
  void explain(Row row, SourceTable table, Consumer<String> reasons);
}
