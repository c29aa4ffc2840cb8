package io.convexpowersync.emulator;

/** States of a deployment that can be changed while it runs. Thread-safe. */
public final class EmulatorSwitches {
  private volatile boolean exportEnabled = true;
  private volatile boolean summariesAvailable = true;
  private volatile boolean functionsPaused;

  EmulatorSwitches() {}

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

  boolean exportEnabled() {
    return exportEnabled;
  }

  boolean summariesAvailable() {
    return summariesAvailable;
  }

  boolean functionsPaused() {
    return functionsPaused;
  }
}
