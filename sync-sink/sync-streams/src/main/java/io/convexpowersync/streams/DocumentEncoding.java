package io.convexpowersync.streams;

/** How a Convex document is written as JSON text. */
public enum DocumentEncoding {
  /** Convex's {@code format=json}, which the PowerSync Service reads. Lossy. */
  JSON,
  /**
   * Convex's {@code export_json} or {@code convex_encoded_json}, told apart value by value. Brought
   * to the form of {@link #JSON} before evaluation.
   */
  LOSSLESS
}
