package io.convexpowersync.streams.config;

import static io.convexpowersync.streams.config.Problem.Category.YAML_STRUCTURE;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads nodes as what they should be, and reports those that are something else. */
final class NodeReader {
  private final Problems problems;

  NodeReader(Problems problems) {
    this.problems = problems;
  }

  /** The members of a map by key; reports keys that are not known. */
  Map<String, YamlNode> members(YamlNode node, Set<String> known) {
    Map<String, YamlNode> members = new LinkedHashMap<>();
    for (YamlNode.Entry entry : entries(node)) {
      String key = entry.key().text();
      if (known.contains(key)) {
        members.put(key, entry.value());
      } else {
        problem(
            entry.key(),
            "Unknown key '" + key + "', expected one of " + String.join(", ", sorted(known)));
      }
    }
    return members;
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  /** The members of a map whose keys are names that the user chose. */
  List<YamlNode.Entry> named(YamlNode node) {
    return entries(node).stream().filter(this::isNamed).toList();
  }

  private boolean isNamed(YamlNode.Entry entry) {
    YamlNode.Scalar key = entry.key();
    if (key.type() != YamlNode.Type.TEXT) {
      problem(key, "A name must be a string: put '" + key.text() + "' in quotes");
    }
    return key.type() == YamlNode.Type.TEXT;
  }

  /** Whether the node is a map; reports it if not. */
  boolean isMap(YamlNode node) {
    if (node instanceof YamlNode.Mapping) {
      return true;
    }
    problem(node, "Expected a map here, that is indented lines of 'key: value'");
    return false;
  }

  private List<YamlNode.Entry> entries(YamlNode node) {
    return isMap(node) ? ((YamlNode.Mapping) node).entries() : List.of();
  }

  /** The items of a list; reports it when it is none. */
  Optional<List<YamlNode>> items(YamlNode node) {
    if (node instanceof YamlNode.Sequence sequence) {
      return Optional.of(sequence.items());
    }
    problem(node, "Expected a sequence here, that is indented lines beginning with '- '");
    return Optional.empty();
  }

  Optional<YamlNode.Scalar> scalar(YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar) {
      return Optional.of(scalar);
    }
    problem(node, "Expected a scalar here, that is one text or number");
    return Optional.empty();
  }

  Optional<SqlText> sql(YamlNode node) {
    return scalar(node).map(scalar -> new SqlText(scalar.text(), scalar.places()));
  }

  /** The texts of a list; reports items that are none. */
  List<SqlText> sqlList(List<YamlNode> items) {
    List<SqlText> texts = new ArrayList<>();
    items.forEach(item -> sql(item).ifPresent(texts::add));
    return texts;
  }

  Optional<Boolean> bool(YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.Type.BOOLEAN) {
      return Optional.of(scalar.text().equalsIgnoreCase("true"));
    }
    problem(node, "This must be a boolean: true or false, without quotes");
    return Optional.empty();
  }

  /** A whole number; empty when it is not one, which is not reported. */
  static Optional<Integer> integer(YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.Type.INTEGER) {
      try {
        return Optional.of(Integer.decode(scalar.text()));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  void problem(YamlNode node, String message) {
    problems.fatal(YAML_STRUCTURE, node.span(), message);
  }
}
