package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What makes two resolvers of a stream read the same buckets: equal request filters, equal lookups
 * in any order, equal bucket parameters. Lookups are spelled out inside each other, without
 * numbers.
 */
record QuerierKey(JsonNode requestFilters, Set<JsonNode> lookups, List<JsonNode> parameters) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static QuerierKey of(Resolver resolver, ProcessorJson processors) {
    Set<JsonNode> lookups = new HashSet<>();
    resolver.lookups().forEach(lookup -> lookups.add(spelled(lookup, processors)));
    return new QuerierKey(
        ProcessorJson.REQUEST.list(resolver.requestFilters()),
        lookups,
        resolver.rows().partitions().stream()
            .map(partition -> spelled(partition.value(), processors))
            .toList());
  }

  private static JsonNode spelled(Lookup lookup, ProcessorJson processors) {
    if (lookup.processor().source() instanceof RowSource.Function) {
      return processors.functionLookup(lookup);
    }
    ObjectNode node = JSON.objectNode();
    ArrayNode values = node.putArray("values");
    lookup
        .processor()
        .partitions()
        .forEach(partition -> values.add(spelled(partition.value(), processors)));
    return node.set("index", processors.index(lookup));
  }

  private static JsonNode spelled(Lookup.Value value, ProcessorJson processors) {
    if (value instanceof Lookup.Value.Request request) {
      return ProcessorJson.REQUEST.of(request.expression());
    }
    ObjectNode node = JSON.objectNode();
    if (value instanceof Lookup.Value.Output output) {
      return node.put("output", output.index()).set("of", spelled(output.lookup(), processors));
    }
    ArrayNode values = node.putArray("intersection");
    ((Lookup.Value.Intersection) value)
        .values()
        .forEach(part -> values.add(spelled(part, processors)));
    return node;
  }
}
