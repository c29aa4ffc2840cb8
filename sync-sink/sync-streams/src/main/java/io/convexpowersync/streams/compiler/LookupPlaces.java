package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where each lookup of a querier is: the stage that evaluates it, and its index there. Each is
 * evaluated as late as possible: in the last stage, or in the one before those that need it.
 */
final class LookupPlaces {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<List<Lookup>> stages = new ArrayList<>();
  private final Map<Lookup, Integer> stageOf = new IdentityHashMap<>();

  /**
   * @param lookups each behind those that it needs
   */
  LookupPlaces(List<Lookup> lookups) {
    Map<Lookup, Integer> fromEnd = new IdentityHashMap<>();
    for (int i = lookups.size() - 1; i >= 0; i--) {
      int own = fromEnd.merge(lookups.get(i), 0, Math::max);
      for (Processor.Partition partition : lookups.get(i).processor().partitions()) {
        forEachLookup(partition.value(), needed -> fromEnd.merge(needed, own + 1, Math::max));
      }
    }
    int last = fromEnd.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    for (int i = 0; i <= last; i++) {
      stages.add(new ArrayList<>());
    }
    for (Lookup lookup : lookups) {
      stageOf.put(lookup, last - fromEnd.get(lookup));
      stages.get(stageOf.get(lookup)).add(lookup);
    }
  }

  private static void forEachLookup(Lookup.Value value, Consumer<Lookup> action) {
    if (value instanceof Lookup.Value.Output output) {
      action.accept(output.lookup());
    } else if (value instanceof Lookup.Value.Intersection intersection) {
      intersection.values().forEach(part -> forEachLookup(part, action));
    }
  }

  List<List<Lookup>> stages() {
    return stages;
  }

  ObjectNode value(Lookup.Value value) {
    ObjectNode node = JSON.objectNode();
    if (value instanceof Lookup.Value.Request request) {
      node.put("type", "request");
      return node.set("expr", ProcessorJson.REQUEST.of(request.expression()));
    }
    if (value instanceof Lookup.Value.Output output) {
      node.put("type", "lookup").put("resultIndex", output.index());
      node.putObject("lookup")
          .put("stageId", stageOf.get(output.lookup()))
          .put("idInStage", stages.get(stageOf.get(output.lookup())).indexOf(output.lookup()));
      return node;
    }
    node.put("type", "intersection");
    ArrayNode values = node.putArray("values");
    ((Lookup.Value.Intersection) value).values().forEach(part -> values.add(value(part)));
    return node;
  }
}
