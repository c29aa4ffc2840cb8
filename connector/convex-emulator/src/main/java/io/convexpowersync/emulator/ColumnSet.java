package io.convexpowersync.emulator;

import java.util.List;

/** The top-level fields that some documents of a table have in common. Guarded by the store. */
final class ColumnSet {
  final List<String> names;

  /** How many current documents have exactly these fields. */
  int documents;

  ColumnSet(List<String> names) {
    this.names = names;
  }
}
