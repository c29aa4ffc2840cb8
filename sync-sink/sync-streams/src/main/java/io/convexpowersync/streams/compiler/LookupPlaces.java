package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Where each lookup of a querier is: the stage that evaluates it, and its index there. */
final class LookupPlaces {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<List<Lookup>> stages = new ArrayList<>();

  LookupPlaces(List<Lookup> lookups) {
    for (Lookup lookup : lookups) {
      int stage = lookup.stage();
      while (stages.size() <= stage) {
        stages.add(new ArrayList<>());
      }
      stages.get(stage).add(lookup);
    }
  }

  List<List<Lookup>> stages() {
    return stages;
  }

  int stageOf(Lookup lookup) {
    return lookup.stage();
  }

  int indexOf(Lookup lookup) {
    return stages.get(lookup.stage()).indexOf(lookup);
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
          .put("stageId", stageOf(output.lookup()))
          .put("idInStage", indexOf(output.lookup()));
      return node;
    }
    node.put("type", "intersection");
    ArrayNode values = node.putArray("values");
    ((Lookup.Value.Intersection) value).values().forEach(part -> values.add(value(part)));
    return node;
  }
}
