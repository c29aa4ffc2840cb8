package io.convexpowersync.emulator;

import java.util.Optional;

/** The encodings of values in JSON that the export API knows. */
public enum ValueFormat {
  /** Readable and lossy: Int64, bytes and non-finite numbers become strings. */
  JSON("json"),
  /** Lossless: everything that JSON cannot say is tagged. */
  CONVEX_ENCODED_JSON("convex_encoded_json"),
  /** Lossless as long as number tokens are kept: {@code 42} is an Int64, {@code 42.0} a Float64. */
  EXPORT_JSON("export_json");

  private final String wireName;

  ValueFormat(String wireName) {
    this.wireName = wireName;
  }

  /** The name in the {@code format} parameter. */
  public String wireName() {
    return wireName;
  }

  /** The format of that name or legacy alias; empty when there is none. */
  public static Optional<ValueFormat> byWireName(String name) {
    return switch (name) {
      case "json", "convex_clean_json" -> Optional.of(JSON);
      case "convex_encoded_json", "convex_json" -> Optional.of(CONVEX_ENCODED_JSON);
      case "export_json" -> Optional.of(EXPORT_JSON);
      default -> Optional.empty();
    };
  }
}
