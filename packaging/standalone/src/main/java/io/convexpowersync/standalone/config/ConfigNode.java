package io.convexpowersync.standalone.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A map of a YAML file that knows its lines, so that every complaint names one. Keys that nobody
 * knows are refused when the map is opened. {@code ${ENV:NAME}} in a text is replaced.
 */
final class ConfigNode {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{ENV:([^}]*)}");

  private final Context context;
  private final String path;
  private final int line;
  private final Map<String, Node> values;

  /** What all nodes of a file share. */
  record Context(String file, UnaryOperator<String> environment) {}

  private ConfigNode(Context context, String path, int line, Map<String, Node> values) {
    this.context = context;
    this.path = path;
    this.line = line;
    this.values = values;
  }

  static ConfigNode of(Context context, String path, Node node, List<String> knownKeys) {
    if (!(node instanceof MappingNode mapping)) {
      throw problem(
          context,
          node,
          (path.isEmpty() ? "the file" : path)
              + " must be a map of the keys "
              + String.join(", ", knownKeys));
    }
    Map<String, Node> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!knownKeys.contains(key)) {
        throw problem(context, tuple.getKeyNode(), unknown(path, key, knownKeys));
      }
      values.put(key, tuple.getValueNode());
    }
    return new ConfigNode(context, path, lineOf(node), values);
  }

  private static String unknown(String path, String key, List<String> knownKeys) {
    String where = path.isEmpty() ? "" : " in " + path;
    Optional<String> similar =
        knownKeys.stream()
            .filter(known -> normalized(known).equals(normalized(key)) || isTypo(known, key))
            .min(Comparator.naturalOrder());
    return "unknown key \""
        + key
        + "\""
        + where
        + similar.map(known -> ", did you mean \"" + known + "\"?").orElse("")
        + (similar.isPresent() ? "" : ", expected one of " + String.join(", ", knownKeys));
  }

  private static String normalized(String key) {
    return key.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
  }

  private static boolean isTypo(String known, String key) {
    return known.startsWith(key) && !key.isEmpty() || key.startsWith(known);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  ConfigNode section(String key, String... knownKeys) {
    return optionalSection(key, knownKeys).orElseThrow(() -> missing(key));
  }

  Optional<ConfigNode> optionalSection(String key, String... knownKeys) {
    return Optional.ofNullable(values.get(key))
        .map(
            node ->
                of(
                    context,
                    pathOf(key),
                    isEmpty(node) ? emptyMap(node) : node,
                    List.of(knownKeys)));
  }

  String text(String key) {
    return optionalText(key).orElseThrow(() -> missing(key));
  }

  Optional<String> optionalText(String key) {
    Node node = values.get(key);
    if (node == null || isEmpty(node)) {
      return Optional.empty();
    }
    if (!(node instanceof ScalarNode scalar)) {
      throw problem(context, node, pathOf(key) + " must be a text");
    }
    return Optional.of(substitute(scalar));
  }

  int number(String key, int smallest, int largest, int otherwise) {
    Optional<String> text = optionalText(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= smallest && number <= largest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Complained about below, with the line.
    }
    throw invalid(key, "must be a number from " + smallest + " to " + largest);
  }

  List<String> texts(String key) {
    Node node = values.get(key);
    if (node == null || isEmpty(node)) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw problem(context, node, pathOf(key) + " must be a list, such as [users, lists]");
    }
    List<String> texts = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      if (!(item instanceof ScalarNode scalar)) {
        throw problem(context, item, pathOf(key) + " must be a list of texts");
      }
      texts.add(substitute(scalar));
    }
    return texts;
  }

  /** The value of this key is wrong; {@code what} reads on after its name. */
  ConfigException invalid(String key, String what) {
    Node node = values.get(key);
    return new ConfigException(
        context.file()
            + ":"
            + (node == null ? line : lineOf(node))
            + ": "
            + pathOf(key)
            + " "
            + what);
  }

  private ConfigException missing(String key) {
    return invalid(key, "is missing");
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String substitute(ScalarNode scalar) {
    Matcher matcher = VARIABLE.matcher(scalar.getValue());
    StringBuilder text = new StringBuilder();
    while (matcher.find()) {
      String value = context.environment().apply(matcher.group(1));
      if (value == null) {
        throw problem(
            context, scalar, "the environment variable " + matcher.group(1) + " is not set");
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(text).toString();
  }

  private static boolean isEmpty(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  private static Node emptyMap(Node node) {
    return new MappingNode(
        Tag.MAP, true, List.of(), FlowStyle.BLOCK, node.getStartMark(), node.getEndMark());
  }

  private static ConfigException problem(Context context, Node node, String what) {
    return new ConfigException(context.file() + ":" + lineOf(node) + ": " + what);
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
