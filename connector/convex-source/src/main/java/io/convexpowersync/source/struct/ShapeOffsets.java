package io.convexpowersync.source.struct;

import io.convexpowersync.events.TableId;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of tables' documents, as Connect stores it: among the connector's offsets, under a
 * source partition of every table's own. So a restarted task goes on with the same schemas.
 */
public final class ShapeOffsets {
  private static final long FORMAT = 1;
  private static final String DEPLOYMENT = "deployment";
  private static final String TABLE = "table";
  private static final String VERSION = "v";
  private static final String STRUCT = "struct";
  private static final String EXAMPLE =
      "{\"v\":1,\"struct\":\"{\\\"fields\\\":[{\\\"name\\\":\\\"_id\\\",\\\"type\\\":\\\"string\\\"}]}\"}";

  /** The source partition of a table. */
  public static Map<String, String> partition(String prefix, TableId table) {
    return Map.of(DEPLOYMENT, prefix, TABLE, table.toString());
  }

  /** Whether a source partition is one of a table of this source. */
  public static boolean isPartition(String prefix, Map<String, ?> partition) {
    return partition.get(TABLE) instanceof String table
        && partition(prefix, TableId.parse(table)).equals(partition);
  }

  /** The offset that keeps what is known. */
  static Map<String, Object> offset(String known) {
    return Map.of(VERSION, FORMAT, STRUCT, known);
  }

  /**
   * What an offset keeps.
   *
   * @param offset null if there is none
   * @throws IllegalArgumentException when it is not readable; the message shows an example
   */
  public static Optional<String> known(Map<String, ?> offset) {
    if (offset == null || offset.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (offset.get(VERSION) instanceof Number version
          && version.longValue() == FORMAT
          && offset.get(STRUCT) instanceof String known) {
        ShapeCodec.decode(known);
        return Optional.of(known);
      }
      throw new IllegalArgumentException("it lacks v or struct, or is of a newer version");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The stored schema of a table cannot be read: %s. One looks like %s"
              .formatted(e.getMessage(), EXAMPLE),
          e);
    }
  }

  private ShapeOffsets() {}
}
