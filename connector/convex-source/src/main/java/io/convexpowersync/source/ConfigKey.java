package io.convexpowersync.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * One key of a configuration.
 *
 * @param name its name
 * @param type its type
 * @param standard the default; {@link ConfigDef#NO_DEFAULT_VALUE} if it must be given
 * @param validator null if every value of the type is valid
 * @param display how user interfaces call it
 * @param doc one paragraph; its lines are joined
 * @param choices what user interfaces may offer; empty if there is no list
 */
record ConfigKey(
    String name,
    Type type,
    Object standard,
    Validator validator,
    String display,
    String doc,
    List<String> choices) {
  ConfigKey {
    doc = doc.strip().replace('\n', ' ');
  }

  static ConfigKey required(String name, Type type, String display, String doc) {
    return new ConfigKey(name, type, ConfigDef.NO_DEFAULT_VALUE, null, display, doc, List.of());
  }

  static ConfigKey optional(String name, Type type, Object standard, String display, String doc) {
    return new ConfigKey(name, type, standard, null, display, doc, List.of());
  }

  ConfigKey validatedBy(Validator check) {
    return new ConfigKey(name, type, standard, check, display, doc, choices);
  }

  /** Allows these texts only, without regard to case. */
  ConfigKey oneOf(List<String> texts) {
    Validator check = ConfigDef.CaseInsensitiveValidString.in(texts.toArray(String[]::new));
    return new ConfigKey(name, type, standard, check, display, doc, texts);
  }

  /** Adds the key to a definition, at the given place of a group. */
  void define(ConfigDef def, String group, int order) {
    boolean required = standard == ConfigDef.NO_DEFAULT_VALUE;
    def.define(
        name,
        type,
        standard,
        validator,
        required ? Importance.HIGH : Importance.MEDIUM,
        doc,
        group,
        order,
        required ? Width.LONG : Width.MEDIUM,
        display,
        List.of(),
        new Choices());
  }

  /** What a user interface may offer. */
  private final class Choices implements ConfigDef.Recommender {
    @Override
    public List<Object> validValues(String key, Map<String, Object> config) {
      return type == Type.BOOLEAN ? List.of(true, false) : new ArrayList<>(choices);
    }

    @Override
    public boolean visible(String key, Map<String, Object> config) {
      return true;
    }
  }
}
