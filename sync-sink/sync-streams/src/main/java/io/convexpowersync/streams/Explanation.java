package io.convexpowersync.streams;

import java.util.List;

/**
 * Where a document goes, and why it does not go elsewhere.
 *
 * @param row JSON text of the row that the sync config sees; empty if the document cannot be read
 * @param sources every part of the plan that produces something from source rows, in plan order
 */
public record Explanation(String row, List<Source> sources) {

  /**
   * What one data source or lookup makes of the document.
   *
   * @param name bucket and stream number, as {@code todos|0}, or {@code lookup 0}
   * @param table what it reads
   * @param buckets rows in buckets
   * @param lookups lookups that the document answers
   * @param reasons why the document, or some of the rows that {@code json_each} makes of it, yields
   *     nothing here; each reason once
   */
  public record Source(
      String name,
      TablePattern table,
      List<BucketRow> buckets,
      List<Lookup> lookups,
      List<String> reasons) {}

  /**
   * A lookup that the document answers.
   *
   * @param key JSON text: lookup name, query id, looked up values
   * @param results JSON text of the result rows
   */
  public record Lookup(String key, String results) {}
}
