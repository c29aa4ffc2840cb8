package io.convexpowersync.source.columns;

import io.convexpowersync.client.TableRef;
import io.convexpowersync.events.TableId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which top-level fields of documents are left out. An expression is compared with {@code
 * table.field} or {@code component/table.field} as a whole. {@code _id} always stays.
 *
 * <p>Convex leaves out fields by name, not by expression. So it is told the names that are known:
 * those that an expression spells out, and those that were seen in documents and cut out here.
 *
 * <p>Thread-safe.
 */
public final class ColumnFilter {
  /** Documents may have keys that are data; beyond this, names are no longer remembered. */
  private static final int MOST_NAMES = 1_000;

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
  private static final Pattern SPELT_OUT =
      Pattern.compile("(?:(.+)/)?([A-Za-z][A-Za-z0-9_]*)\\.(" + IDENTIFIER.pattern() + ")");
  private static final String ID = "_id";

  private final List<Pattern> excluded;
  private final Map<TableRef, Map<String, Boolean>> decided = new ConcurrentHashMap<>();

  /** From expressions; none exclude nothing. */
  public ColumnFilter(Collection<Pattern> excluded) {
    this.excluded = List.copyOf(excluded);
    for (Pattern expression : this.excluded) {
      Matcher parts = SPELT_OUT.matcher(expression.pattern().replace("\\.", "."));
      if (parts.matches()) {
        String component = parts.group(1) == null ? "" : parts.group(1);
        excludes(new TableRef(component, parts.group(2)), parts.group(3));
      }
    }
  }

  /** Whether nothing is left out. */
  public boolean isEmpty() {
    return excluded.isEmpty();
  }

  /** Whether a field is left out. */
  public boolean excludes(TableRef table, String field) {
    Map<String, Boolean> fields = decided.computeIfAbsent(table, t -> new ConcurrentHashMap<>());
    Boolean known = fields.get(field);
    if (known != null) {
      return known;
    }
    boolean excludes = decide(table, field);
    if (fields.size() < MOST_NAMES) {
      fields.put(field, excludes);
    }
    return excludes;
  }

  private boolean decide(TableRef table, String field) {
    String name = new TableId(table.component(), table.table()) + "." + field;
    return !field.equals(ID)
        && excluded.stream().anyMatch(expression -> expression.matcher(name).matches());
  }

  /** The names that are known to be left out, as far as Convex accepts them in a request. */
  Map<TableRef, Set<String>> known() {
    Map<TableRef, Set<String>> known = new HashMap<>();
    decided.forEach(
        (table, fields) ->
            fields.forEach(
                (field, excludes) -> {
                  if (excludes && IDENTIFIER.matcher(field).matches()) {
                    known.computeIfAbsent(table, t -> new HashSet<>()).add(field);
                  }
                }));
    return known;
  }
}
