package io.convexpowersync.client;

/** The lossless encodings of Convex values as JSON. */
public enum DocumentFormat {
  /** Int64 as an integer token, Float64 with a point or an exponent, the rest tagged. */
  EXPORT_JSON("export_json"),
  /** Int64 and unusual Float64 tagged. Known to every backend. */
  CONVEX_ENCODED_JSON("convex_encoded_json");

  private final String wireName;

  DocumentFormat(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }
}
