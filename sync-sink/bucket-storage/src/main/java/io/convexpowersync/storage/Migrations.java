package io.convexpowersync.storage;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/** The migrations of the PowerSync Service that this writer was tested with, in order. */
final class Migrations {
  static final List<String> NAMES =
      List.of(
          "1684951997326-init",
          "1749024804042-snapshot-progress",
          "1756282360128-connection-reporting",
          "1771232439485-storage-version",
          "1771424826685-current-data-pending-deletes",
          "1771491856000-sync-plan",
          "1782950400000-checkpoint-requested-at",
          "1784900000000-source-metadata");

  static final String NEWEST = NAMES.get(NAMES.size() - 1);

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Migrations() {}

  /** The {@code log} column of the migrations row, as if all of them had run now. */
  static String log(Instant now) {
    String timestamp = TIMESTAMP.format(now);
    return NAMES.stream()
        .map(name -> entry(name, timestamp))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String entry(String name, String timestamp) {
    return "{\"name\":\"%s\",\"direction\":\"up\",\"timestamp\":\"%s\"}".formatted(name, timestamp);
  }
}
