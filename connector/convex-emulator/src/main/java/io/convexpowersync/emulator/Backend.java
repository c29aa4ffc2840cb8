package io.convexpowersync.emulator;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which version of Convex's backend a deployment runs: self-hosted ones may be years old. What
 * changed when is known from the history of convex-backend.
 *
 * @param built day of the source that it was built from
 * @param missing paths that it does not serve: 404 without a body
 * @param exportJson whether it knows the format {@code export_json}; if not, 400 {@code BadFormat}
 */
public record Backend(LocalDate built, Set<String> missing, boolean exportJson) {
  /** The newest one. */
  public static final Backend CURRENT = new Backend(LocalDate.MAX, Set.of(), true);

  static final String DATA_SYNC = "/api/v1/data/sync";
  static final String LIST_ACTIVE_SYNCS = "/api/v1/data/list_active_syncs";
  static final String DATA_SYNC_CURSOR_FROM_DELTAS = "/api/data_sync_cursor_from_deltas";

  private static final LocalDate DELTAS_LOSE_COMPONENTS = LocalDate.of(2024, 10, 16);
  private static final LocalDate SNAPSHOT_AGE_LIMITED = LocalDate.of(2025, 3, 4);
  private static final LocalDate SELECTION_UNDERSTOOD = LocalDate.of(2025, 8, 14);
  private static final LocalDate RETENTION_30_DAYS = LocalDate.of(2025, 11, 17);
  private static final LocalDate PAGE_TIME_LIMITED = LocalDate.of(2025, 12, 9);
  private static final LocalDate SNAPSHOT_AGE_5_DAYS = LocalDate.of(2026, 3, 9);
  private static final LocalDate TABLE_NAME_AND_NO_OP_WRITES = LocalDate.of(2026, 3, 17);
  private static final LocalDate DATA_VIEW_REQUIRED = LocalDate.of(2026, 4, 9);
  private static final LocalDate RETENTION_14_DAYS = LocalDate.of(2026, 4, 23);
  private static final LocalDate DATA_SYNC_ADDED = LocalDate.of(2026, 7, 10);
  private static final LocalDate DELTAS_HAVE_COMPONENTS = LocalDate.of(2026, 8, 11);
  private static final LocalDate CURSOR_BRIDGE_AND_CURSOR_ERROR = LocalDate.of(2026, 8, 17);
  private static final LocalDate NO_TRUNCATE_ON_DESELECTION = LocalDate.of(2026, 8, 20);

  public Backend {
    missing = Set.copyOf(missing);
  }

  /** The backend as it was at the end of a day. */
  public static Backend of(LocalDate built) {
    return new Backend(built, Set.of(), true);
  }

  /** The same without some endpoints, for example {@code /api/query_ts}. */
  public Backend without(String... paths) {
    Set<String> all = new TreeSet<>(missing);
    all.addAll(Set.of(paths));
    return new Backend(built, all, exportJson);
  }

  /** The same without the format {@code export_json}. */
  public Backend withoutExportJson() {
    return new Backend(built, missing, false);
  }

  boolean serves(String path) {
    if (missing.contains(path)) {
      return false;
    }
    return switch (path) {
      case DATA_SYNC, LIST_ACTIVE_SYNCS -> since(DATA_SYNC_ADDED);
      case DATA_SYNC_CURSOR_FROM_DELTAS -> since(CURSOR_BRIDGE_AND_CURSOR_ERROR);
      default -> true;
    };
  }

  boolean deltasHaveComponents() {
    return since(DELTAS_HAVE_COMPONENTS) || !since(DELTAS_LOSE_COMPONENTS);
  }

  boolean understandsSelection() {
    return since(SELECTION_UNDERSTOOD);
  }

  boolean understandsTableName() {
    return since(TABLE_NAME_AND_NO_OP_WRITES);
  }

  boolean dropsNoOpWrites() {
    return since(TABLE_NAME_AND_NO_OP_WRITES);
  }

  boolean limitsPageTime() {
    return since(PAGE_TIME_LIMITED);
  }

  boolean requiresDataView() {
    return since(DATA_VIEW_REQUIRED);
  }

  /** Whether a snapshot cursor that cannot be read is the caller's fault: 400, not 500. */
  boolean blamesTheCaller() {
    return since(CURSOR_BRIDGE_AND_CURSOR_ERROR);
  }

  boolean truncatesOnDeselection() {
    return !since(NO_TRUNCATE_ON_DESELECTION);
  }

  Duration snapshotAge(Duration current) {
    if (since(SNAPSHOT_AGE_5_DAYS)) {
      return current;
    }
    return since(SNAPSHOT_AGE_LIMITED) ? Duration.ofDays(30) : Duration.ofDays(36_500);
  }

  Duration logRetention(Duration current) {
    if (since(RETENTION_14_DAYS)) {
      return current;
    }
    return Duration.ofDays(since(RETENTION_30_DAYS) ? 30 : 90);
  }

  private boolean since(LocalDate change) {
    return !built.isBefore(change);
  }
}
