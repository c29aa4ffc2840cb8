package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.config.SyncConfigFile.CommonTable;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlSelect;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The queries that have names. Each mention of one is a query of its own, so this holds syntax
 * trees; it also notes which are mentioned at all.
 */
final class CommonTables {
  static final CommonTables NONE = new CommonTables(null);

  private final CommonTables outer;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** A named query. */
  static final class Entry {
    private final SqlText text;
    private final SqlSelect select;
    private final Span nameSpan;
    private boolean used;

    private Entry(SqlText text, SqlSelect select, Span nameSpan) {
      this.text = text;
      this.select = select;
      this.nameSpan = nameSpan;
    }

    SqlText text() {
      return text;
    }

    SqlSelect select() {
      return select;
    }

    Span nameSpan() {
      return nameSpan;
    }
  }

  /**
   * @param outer what is seen where these have no such name; null for nothing
   */
  CommonTables(CommonTables outer) {
    this.outer = outer;
  }

  Entry add(String name, CommonTable table, SqlSelect select) {
    Entry entry = new Entry(table.query(), select, table.nameSpan());
    entries.put(name.toLowerCase(Locale.ROOT), entry);
    return entry;
  }

  /** Whatever the case of its letters. */
  Optional<Entry> use(String name) {
    Entry entry = entries.get(name.toLowerCase(Locale.ROOT));
    if (entry != null) {
      entry.used = true;
      return Optional.of(entry);
    }
    return outer == null ? Optional.empty() : outer.use(name);
  }

  Iterable<Entry> unused() {
    return entries.values().stream().filter(entry -> !entry.used).toList();
  }
}
