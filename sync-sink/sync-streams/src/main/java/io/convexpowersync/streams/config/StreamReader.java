package io.convexpowersync.streams.config;

import static io.convexpowersync.streams.config.Problem.Category.CONFIG;

import io.convexpowersync.streams.config.SyncConfigFile.CommonTable;
import io.convexpowersync.streams.config.SyncConfigFile.Stream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the definition of a stream. */
final class StreamReader {
  private static final String QUERY = "query";
  private static final String QUERIES = "queries";
  private static final String WITH = "with";
  private static final String AUTO_SUBSCRIBE = "auto_subscribe";
  private static final String PRIORITY = "priority";
  static final String ACCEPT = "accept_potentially_dangerous_queries";
  private static final Set<String> KEYS =
      Set.of(QUERY, QUERIES, WITH, AUTO_SUBSCRIBE, PRIORITY, ACCEPT);
  private static final int LOWEST_PRIORITY = 3;

  private final Problems problems;
  private final NodeReader nodes;

  StreamReader(Problems problems, NodeReader nodes) {
    this.problems = problems;
    this.nodes = nodes;
  }

  Optional<Stream> read(YamlNode.Entry entry, Options options) {
    boolean plan = options.edition() >= Options.PLAN_EDITION;
    if (!plan) {
      problems.warning(
          CONFIG,
          entry.span(),
          "This is using an alpha version of Sync Streams. Write 'edition: 3' for the current one");
    }
    if (!nodes.isMap(entry.value())) {
      return Optional.empty();
    }
    Map<String, YamlNode> members = nodes.members(entry.value(), KEYS);
    List<SqlText> queries =
        plan ? queries(members, entry.value()) : alphaQuery(members, options.edition());
    return Optional.of(
        new Stream(
            entry.span(),
            entry.key().text(),
            priority(nodes, members.get(PRIORITY)).orElse(SyncConfigFile.DEFAULT_PRIORITY),
            flag(nodes, members, AUTO_SUBSCRIBE),
            flag(nodes, members, ACCEPT),
            plan && members.containsKey(WITH) ? commonTables(members.get(WITH)) : Map.of(),
            queries));
  }

  private List<SqlText> queries(Map<String, YamlNode> members, YamlNode stream) {
    YamlNode query = members.get(QUERY);
    YamlNode queries = members.get(QUERIES);
    if ((query == null) == (queries == null)) {
      nodes.problem(stream, "One of 'queries' or 'query' must be given, and only one");
    }
    List<SqlText> texts = new ArrayList<>();
    if (query != null) {
      nodes.sql(query).ifPresent(texts::add);
    }
    if (queries != null) {
      nodes.items(queries).map(nodes::sqlList).ifPresent(texts::addAll);
    }
    return texts;
  }

  private List<SqlText> alphaQuery(Map<String, YamlNode> members, int edition) {
    refuseBeforePlans(members.get(WITH), "Common table expressions require edition 3");
    refuseBeforePlans(members.get(QUERIES), "Multiple queries require edition 3");
    Optional<SqlText> query = Optional.ofNullable(members.get(QUERY)).flatMap(nodes::sql);
    if (query.isPresent() && edition < Options.STREAM_EDITION) {
      problems.fatal(
          CONFIG,
          query.get().whole(),
          "Sync streams require edition 2 or later. Add a block 'config:' with 'edition: 3'");
      return List.of();
    }
    return query.stream().toList();
  }

  private void refuseBeforePlans(YamlNode node, String message) {
    if (node != null) {
      problems.fatal(CONFIG, node.span(), message);
    }
  }

  Map<String, CommonTable> commonTables(YamlNode node) {
    Map<String, CommonTable> tables = new LinkedHashMap<>();
    for (YamlNode.Entry entry : nodes.named(node)) {
      nodes
          .sql(entry.value())
          .ifPresent(
              sql -> tables.put(entry.key().text(), new CommonTable(entry.key().span(), sql)));
    }
    return tables;
  }

  static boolean flag(NodeReader nodes, Map<String, YamlNode> members, String key) {
    YamlNode node = members.get(key);
    return node != null && nodes.bool(node).orElse(false);
  }

  static Optional<Integer> priority(NodeReader nodes, YamlNode node) {
    if (node == null) {
      return Optional.empty();
    }
    Optional<Integer> priority =
        NodeReader.integer(node).filter(number -> number >= 0 && number <= LOWEST_PRIORITY);
    if (priority.isEmpty()) {
      nodes.problem(node, "Invalid priority, expected a number between 0 and 3 (inclusive)");
    }
    return priority;
  }
}
