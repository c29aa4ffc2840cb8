package io.convexpowersync.emulator;

import java.time.Duration;
import java.util.Optional;

/** States of a deployment that can be changed while it runs. Thread-safe. */
public final class EmulatorSwitches {
  private volatile boolean exportEnabled = true;
  private volatile boolean summariesAvailable = true;
  private volatile boolean functionsPaused;
  private volatile boolean idleBumps;
  private volatile Duration snapshotRowTime = Duration.ZERO;
  private volatile DeclaredSchema declaredSchema = DeclaredSchema.OBJECTS;
  private volatile Optional<ClientVersion> minimumClient = Optional.empty();

  EmulatorSwitches() {}

  /** What the developer's schema says of tables whose columns the data does not tell. */
  public enum DeclaredSchema {
    /** They are objects. */
    OBJECTS,
    /** There is no schema: 400 {@code NoSchemaForExport}. */
    NONE,
    /** The schema does not have them: 400 {@code NoTableDefinitionForExport}. */
    OTHER_TABLES,
    /** They are unions of objects: 400 {@code UnsupportedSchemaForExport}. */
    UNIONS
  }

  /** Whether the plan includes streaming export; if not, 403 {@code StreamingExportNotEnabled}. */
  public void exportEnabled(boolean value) {
    exportEnabled = value;
  }

  /** Whether table summaries are loaded; if not, 503 {@code TableSummariesUnavailable}. */
  public void summariesAvailable(boolean value) {
    summariesAvailable = value;
  }

  /** Whether the deployment is paused: functions fail (HTTP 200), the export goes on. */
  public void functionsPaused(boolean value) {
    functionsPaused = value;
  }

  /**
   * Whether the head moves by itself as a deployment's does: 5 s after the last commit, then every
   * one to two hours.
   */
  public void idleBumps(boolean value) {
    idleBumps = value;
  }

  /** How long {@code list_snapshot} takes for a row; its pages have a limit in time. */
  public void snapshotRowTime(Duration value) {
    snapshotRowTime = value;
  }

  /** What {@code json_schemas} falls back to for documents with more than 64 different fields. */
  public void declaredSchema(DeclaredSchema value) {
    declaredSchema = value;
  }

  /**
   * The oldest version of Convex's own clients (npm, npm-cli, actions, python, rust) that is
   * served; older ones get 400 {@code ClientVersionUnsupported}.
   *
   * @param version {@code major.minor.patch}
   */
  public void minimumClientVersion(String version) {
    minimumClient = Optional.of(ClientVersion.parseVersion("", version).orElseThrow());
  }

  boolean exportEnabled() {
    return exportEnabled;
  }

  boolean summariesAvailable() {
    return summariesAvailable;
  }

  boolean functionsPaused() {
    return functionsPaused;
  }

  boolean idleBumps() {
    return idleBumps;
  }

  Duration snapshotRowTime() {
    return snapshotRowTime;
  }

  DeclaredSchema declaredSchema() {
    return declaredSchema;
  }

  Optional<ClientVersion> minimumClient() {
    return minimumClient;
  }
}
