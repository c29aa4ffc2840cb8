package io.convexpowersync.streams.config;

import static io.convexpowersync.streams.config.Problem.Category.CONFIG;
import static io.convexpowersync.streams.config.Problem.Category.YAML_STRUCTURE;
import static io.convexpowersync.streams.config.Problem.Category.YAML_SYNTAX;

import io.convexpowersync.streams.config.SyncConfigFile.BucketDefinition;
import io.convexpowersync.streams.config.SyncConfigFile.CommonTable;
import io.convexpowersync.streams.config.SyncConfigFile.Stream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the YAML of a sync config. Reports all that is wrong with it and goes on with the rest. */
public final class SyncConfigReader {
  private static final int MAX_LENGTH = 5_000_000;
  private static final String CONFIG_KEY = "config";
  private static final String STREAMS = "streams";
  private static final String BUCKETS = "bucket_definitions";
  private static final String EVENTS = "event_definitions";
  private static final String WITH = "with";
  private static final String PAYLOADS = "payloads";
  private static final Set<String> ROOT_KEYS = Set.of(CONFIG_KEY, STREAMS, BUCKETS, EVENTS, WITH);

  private final Problems problems;
  private final NodeReader nodes;
  private final StreamReader streamReader;
  private final Set<String> names = new HashSet<>();

  private SyncConfigReader(Problems problems) {
    this.problems = problems;
    this.nodes = new NodeReader(problems);
    this.streamReader = new StreamReader(problems, nodes);
  }

  /**
   * @param problems gets what is wrong
   * @return empty when it is no YAML, or no map
   */
  public static Optional<SyncConfigFile> read(String yaml, Problems problems) {
    if (yaml.length() > MAX_LENGTH) {
      problems.fatal(
          YAML_SYNTAX,
          Problems.NOWHERE,
          "A sync config has at most " + MAX_LENGTH + " characters, this has " + yaml.length());
      return Optional.empty();
    }
    try {
      Optional<YamlNode> root = YamlReader.read(yaml);
      if (root.isPresent() && root.get() instanceof YamlNode.Mapping) {
        return Optional.of(new SyncConfigReader(problems).read(root.get()));
      }
      problems.fatal(
          YAML_STRUCTURE,
          root.map(YamlNode::span).orElse(Problems.NOWHERE),
          "A sync config must be a YAML map: begin with 'config:', 'edition: 3' and 'streams:'");
    } catch (YamlReader.InvalidYamlException e) {
      problems.fatal(YAML_SYNTAX, e.span(), e.getMessage());
    }
    return Optional.empty();
  }

  private SyncConfigFile read(YamlNode root) {
    Map<String, YamlNode> members = nodes.members(root, ROOT_KEYS);
    Options options =
        members.containsKey(CONFIG_KEY)
            ? new OptionsReader(problems, nodes).read(members.get(CONFIG_KEY))
            : Options.DEFAULT;
    boolean plan = options.edition() >= Options.PLAN_EDITION;
    Map<String, CommonTable> commonTables = commonTables(members.get(WITH), plan);
    List<BucketDefinition> buckets = buckets(members.get(BUCKETS), plan);
    List<Stream> streams = streams(members.get(STREAMS), options);
    Map<String, List<SqlText>> events = events(members.get(EVENTS));
    requireContent(members, plan);
    return new SyncConfigFile(options, commonTables, streams, buckets, events);
  }

  private void requireContent(Map<String, YamlNode> members, boolean plan) {
    boolean streams = members.get(STREAMS) instanceof YamlNode.Mapping;
    boolean buckets = members.get(BUCKETS) instanceof YamlNode.Mapping;
    if (plan && !streams) {
      problems.fatal(YAML_STRUCTURE, Problems.NOWHERE, "'streams' are required in edition 3");
    } else if (!streams && !buckets) {
      problems.fatal(
          YAML_STRUCTURE,
          Problems.NOWHERE,
          "'streams' with 'edition: 3', or the older 'bucket_definitions', is required");
    }
  }

  private Map<String, CommonTable> commonTables(YamlNode node, boolean plan) {
    if (node == null) {
      return Map.of();
    }
    if (!plan) {
      problems.fatal(CONFIG, node.span(), "Common table expressions require edition 3");
      return Map.of();
    }
    return streamReader.commonTables(node);
  }

  private List<Stream> streams(YamlNode node, Options options) {
    List<Stream> streams = new ArrayList<>();
    if (node != null) {
      for (YamlNode.Entry entry : nodes.named(node)) {
        if (isNewName(entry)) {
          streamReader.read(entry, options).ifPresent(streams::add);
        }
      }
    }
    return streams;
  }

  private boolean isNewName(YamlNode.Entry entry) {
    if (names.add(entry.key().text())) {
      return true;
    }
    nodes.problem(entry.key(), "Duplicate stream or bucket definition: choose another name");
    return false;
  }

  private List<BucketDefinition> buckets(YamlNode node, boolean plan) {
    if (node == null) {
      return List.of();
    }
    if (plan) {
      problems.fatal(
          CONFIG,
          node.span(),
          "'bucket_definitions' are not supported in edition 3. Write streams instead; see"
              + " https://powersync-community.github.io/bucket-definitions-to-sync-streams/");
      return List.of();
    }
    BucketReader reader = new BucketReader(nodes);
    List<BucketDefinition> buckets = new ArrayList<>();
    for (YamlNode.Entry entry : nodes.named(node)) {
      names.add(entry.key().text());
      reader.read(entry).ifPresent(buckets::add);
    }
    return buckets;
  }

  private Map<String, List<SqlText>> events(YamlNode node) {
    Map<String, List<SqlText>> events = new LinkedHashMap<>();
    if (node != null) {
      for (YamlNode.Entry entry : nodes.named(node)) {
        YamlNode payloads = nodes.members(entry.value(), Set.of(PAYLOADS)).get(PAYLOADS);
        if (payloads instanceof YamlNode.Sequence list) {
          events.put(entry.key().text(), nodes.sqlList(list.items()));
        } else {
          nodes.problem(
              payloads == null ? entry.value() : payloads,
              "Event definition payloads must be an array of queries");
        }
      }
    }
    return events;
  }
}
