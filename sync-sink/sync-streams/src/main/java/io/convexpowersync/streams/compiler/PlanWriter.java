package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.config.SyncConfigFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the plan. Equal data sources, indexes and buckets are written once, however many streams
 * use them; they are numbered in the order of their first use.
 */
final class PlanWriter {
  /** Buckets that one stream may have. */
  static final int MAX_BUCKETS = 100;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ProcessorJson processors = new ProcessorJson();
  private final Numbered dataSources = new Numbered();
  private final Numbered indexes = new Numbered();
  private final ArrayNode buckets = JSON.arrayNode();
  private final Map<Set<Integer>, Integer> bucketNumbers = new LinkedHashMap<>();
  private final Map<String, ObjectNode> streams = new LinkedHashMap<>();

  /** A list without repetitions. */
  private static final class Numbered {
    private final Map<ObjectNode, Integer> numbers = new HashMap<>();
    private final List<ObjectNode> nodes = new ArrayList<>();

    int numberOf(ObjectNode node) {
      Integer known = numbers.putIfAbsent(node, nodes.size());
      if (known == null) {
        nodes.add(node);
      }
      return numbers.get(node);
    }

    ArrayNode list() {
      return JSON.arrayNode().addAll(nodes);
    }
  }

  /**
   * Resolvers of a stream that read the same buckets in the same way.
   *
   * @param resolvers at least one
   */
  private record Group(String uniqueName, List<Resolver> resolvers) {
    Resolver first() {
      return resolvers.get(0);
    }
  }

  /**
   * @return how many buckets the stream has; with too many it is not added
   */
  int add(SyncConfigFile.Stream stream, List<Resolver> resolvers) {
    Collection<Group> groups = groups(stream, resolvers);
    if (!groups.isEmpty() && groups.size() <= MAX_BUCKETS) {
      resolvers.forEach(resolver -> dataSources.numberOf(processors.dataSource(resolver)));
      write(stream, groups);
    }
    return groups.size();
  }

  private Collection<Group> groups(SyncConfigFile.Stream stream, List<Resolver> resolvers) {
    Map<QuerierKey, Group> groups = new LinkedHashMap<>();
    for (int i = 0; i < resolvers.size(); i++) {
      Resolver resolver = resolvers.get(i);
      String uniqueName = stream.name() + "|" + i;
      groups
          .computeIfAbsent(
              QuerierKey.of(resolver, processors), key -> new Group(uniqueName, new ArrayList<>()))
          .resolvers()
          .add(resolver);
    }
    return groups.values();
  }

  private void write(SyncConfigFile.Stream stream, Collection<Group> groups) {
    ObjectNode node = JSON.objectNode();
    node.putObject("stream")
        .put("name", stream.name())
        .put("priority", stream.priority())
        .put("isSubscribedByDefault", stream.autoSubscribe());
    ArrayNode queriers = node.putArray("queriers");
    groups.forEach(group -> queriers.add(querier(group)));
    streams.put(stream.name(), node);
  }

  private ObjectNode querier(Group group) {
    int bucket = bucket(group);
    ObjectNode node = JSON.objectNode();
    node.set("requestFilters", ProcessorJson.REQUEST.list(group.first().requestFilters()));
    LookupPlaces places = new LookupPlaces(group.first().lookups());
    ArrayNode stages = node.putArray("lookupStages");
    for (List<Lookup> stage : places.stages()) {
      ArrayNode lookups = stages.addArray();
      stage.forEach(lookup -> lookups.add(lookup(lookup, places)));
    }
    node.put("bucket", bucket);
    ArrayNode values = node.putArray("sourceInstantiation");
    group
        .first()
        .rows()
        .partitions()
        .forEach(partition -> values.add(places.value(partition.value())));
    return node;
  }

  private int bucket(Group group) {
    Set<Integer> used = new LinkedHashSet<>();
    group
        .resolvers()
        .forEach(resolver -> used.add(dataSources.numberOf(processors.dataSource(resolver))));
    return bucketNumbers.computeIfAbsent(
        used,
        sources -> {
          ObjectNode bucket = buckets.addObject();
          long sum = 0;
          ArrayNode numbers = JSON.arrayNode();
          for (int source : sources) {
            sum += dataSources.nodes.get(source).path("hash").intValue();
            numbers.add(source);
          }
          int hash = new StableHash().add((int) (sum % (1L << 31))).result();
          bucket.put("hash", hash).put("uniqueName", group.uniqueName()).set("sources", numbers);
          return buckets.size() - 1;
        });
  }

  private ObjectNode lookup(Lookup lookup, LookupPlaces places) {
    if (lookup.processor().source() instanceof RowSource.Function) {
      return processors.functionLookup(lookup);
    }
    int number = indexes.numberOf(processors.index(lookup));
    ObjectNode node = JSON.objectNode().put("type", "parameter").put("lookup", number);
    ArrayNode values = node.putArray("instantiation");
    lookup
        .processor()
        .partitions()
        .forEach(partition -> values.add(places.value(partition.value())));
    return node;
  }

  ObjectNode plan() {
    ObjectNode plan = JSON.objectNode();
    plan.put("version", processors.usesMetadata() ? 2 : 1);
    plan.set("dataSources", dataSources.list());
    plan.set("buckets", buckets);
    ArrayNode numbered = plan.putArray("parameterIndexes");
    for (JsonNode index : indexes.list()) {
      ObjectNode scoped = index.deepCopy();
      scoped
          .putObject("lookupScope")
          .put("lookupName", "lookup")
          .put("queryId", Integer.toString(numbered.size()));
      numbered.add(scoped);
    }
    ArrayNode list = plan.putArray("streams");
    StreamOrder.sorted(streams).forEach(list::add);
    return plan;
  }
}
