package io.convexpowersync.standalone.config;

import java.util.Locale;

/** When a deployment's tables are read as a whole. */
public enum SnapshotMode {
  /** Once. If the deployment no longer keeps its log from where we stopped, that is an error. */
  INITIAL,
  /** Once, and again when the deployment no longer keeps its log from where we stopped. */
  WHEN_NEEDED;

  /** As in configuration files, the source connector's too. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
