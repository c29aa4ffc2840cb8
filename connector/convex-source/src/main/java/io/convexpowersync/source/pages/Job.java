package io.convexpowersync.source.pages;

import io.convexpowersync.source.stream.Request;

/** What a {@link Fetcher} has to ask. */
sealed interface Job {
  /** The deployment's name; one {@link Answer.Name}. */
  record Name() implements Job {}

  /** Its newest timestamp; one {@link Answer.Head}. */
  record Head() implements Job {}

  /** Its newest timestamp and its tables; one {@link Answer.Discovered}. */
  record Discovery() implements Job {}

  /** Its tables; one {@link Answer.Tables}. */
  record Tables() implements Job {}

  /**
   * A page and those that follow it without a decision of the stream: {@link Answer.Rows}, each
   * page closed by its end.
   *
   * @param first a page of a snapshot or of the log
   */
  record Pages(Request first) implements Job {}
}
