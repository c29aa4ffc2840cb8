package io.convexpowersync.events;

import java.util.regex.Pattern;

/**
 * The names of the topics of one source.
 *
 * @param prefix the connector's {@code topic.prefix}
 */
public record TopicNames(String prefix) {
  /** What stands for the root app, whose component path is empty. */
  static final String ROOT = "app";

  private static final Pattern ILLEGAL = Pattern.compile("[^A-Za-z0-9._-]");
  private static final Pattern LEGAL_PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,150}");

  public TopicNames {
    if (!isLegalPrefix(prefix)) {
      throw new IllegalArgumentException(
          "A topic prefix has 1 to 150 letters, digits, '.', '_' or '-'");
    }
  }

  /** Whether topic names may start with the text. */
  public static boolean isLegalPrefix(String text) {
    return LEGAL_PREFIX.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  /** The topic with every change of the deployment in order, and markers. */
  public String log() {
    return prefix + ".log";
  }

  /** Debezium's heartbeat topic. */
  public String heartbeat() {
    return "__debezium-heartbeat." + prefix;
  }

  /** Debezium's topic of transaction metadata. */
  public String transaction() {
    return prefix + ".transaction";
  }

  /**
   * The topic of one table: {@code <prefix>.<component>.<table>}, with {@code app} for the root
   * app, and {@code _} for what Kafka does not allow. Two tables may get the same name; the caller
   * has to notice.
   */
  public String of(TableId table) {
    return prefix + "." + collection(table);
  }

  /** The table's topic without the prefix; what Debezium calls a data collection. */
  public static String collection(TableId table) {
    return component(table) + "." + ILLEGAL.matcher(table.table()).replaceAll("_");
  }

  /** The component as it stands in topic names. */
  static String component(TableId table) {
    return table.component().isEmpty() ? ROOT : ILLEGAL.matcher(table.component()).replaceAll("_");
  }
}
