package io.convexpowersync.system.docs;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.types.Password;

/** The configuration of a connector as Markdown: a section per group, its keys in their order. */
final class ConfigReference {

  /**
   * @param className the value of {@code connector.class}
   */
  static String markdown(String className, ConfigDef definition) {
    StringBuilder text = new StringBuilder();
    text.append("# Configuration of ")
        .append(className.substring(className.lastIndexOf('.') + 1))
        .append("\n\n`connector.class` = `")
        .append(className)
        .append("`. Made from the code; keys of Kafka Connect itself are not listed.\n");
    Map<String, ConfigKey> keys = definition.configKeys();
    for (String group : definition.groups()) {
      text.append("\n## ").append(group).append("\n");
      List<ConfigKey> members =
          keys.values().stream()
              .filter(key -> group.equals(key.group))
              .sorted(Comparator.comparingInt(key -> key.orderInGroup))
              .toList();
      members.forEach(key -> append(text, key));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, ConfigKey key) {
    text.append("\n### `").append(key.name).append("`\n\n").append(key.documentation.strip());
    text.append("\n\n");
    Map<String, String> facts = new TreeMap<>();
    facts.put("type", key.type.toString().toLowerCase(java.util.Locale.ROOT));
    facts.put("default", key.hasDefault() ? shown(key.defaultValue) : "none, required");
    facts.put("importance", key.importance.toString().toLowerCase(java.util.Locale.ROOT));
    String valid = String.valueOf(key.validator);
    if (key.validator != null && !valid.contains("$$Lambda") && !valid.contains("@")) {
      facts.put("valid", valid);
    }
    facts.forEach(
        (name, value) -> text.append("* ").append(name).append(": ").append(value).append('\n'));
  }

  private static String shown(Object value) {
    if (value == null || value instanceof Password || value.toString().isEmpty()) {
      return "empty";
    }
    return "`" + value + "`";
  }

  private ConfigReference() {}
}
