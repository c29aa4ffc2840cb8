package io.convexpowersync.streams.config;

import io.convexpowersync.streams.config.SyncConfigFile.BucketDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a bucket definition of the older Sync Rules. */
final class BucketReader {
  private static final String PARAMETERS = "parameters";
  private static final String DATA = "data";
  private static final String PRIORITY = "priority";
  private static final Set<String> KEYS = Set.of(PARAMETERS, DATA, PRIORITY, StreamReader.ACCEPT);

  private final NodeReader nodes;

  BucketReader(NodeReader nodes) {
    this.nodes = nodes;
  }

  Optional<BucketDefinition> read(YamlNode.Entry entry) {
    String name = entry.key().text();
    if (!(entry.value() instanceof YamlNode.Mapping)) {
      nodes.problem(entry.value(), "The bucket definition '" + name + "' must be a map");
      return Optional.empty();
    }
    Map<String, YamlNode> members = nodes.members(entry.value(), KEYS);
    Optional<Integer> priority = StreamReader.priority(nodes, members.get(PRIORITY));
    YamlNode data = members.get(DATA);
    if (data == null) {
      nodes.problem(entry.value(), "Missing required key 'data', a list of queries");
      return Optional.empty();
    }
    return Optional.of(
        new BucketDefinition(
            entry.span(),
            name,
            priority.orElse(null),
            StreamReader.flag(nodes, members, StreamReader.ACCEPT),
            parameters(members.get(PARAMETERS)),
            nodes.items(data).map(nodes::sqlList).orElse(List.of())));
  }

  private Optional<List<SqlText>> parameters(YamlNode node) {
    if (node == null) {
      return Optional.empty();
    }
    if (node instanceof YamlNode.Sequence list) {
      return Optional.of(nodes.sqlList(list.items()));
    }
    if (node instanceof YamlNode.Scalar) {
      return Optional.of(nodes.sqlList(List.of(node)));
    }
    nodes.problem(node, "Parameters must be a string or array of strings");
    return Optional.of(List.of());
  }
}
