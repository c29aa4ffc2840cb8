package io.convexpowersync.streams.bucketdefinitions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How the Service asks a parameter query when a client connects, in the shape of a plan's stream
 * with one querier. Nothing evaluates it here: it is what warnings are found in. Of expressions
 * over the request it has comparisons and constants; all others are inputs with a name.
 */
final class Querier {
  private final ArrayNode filters = PlanNodes.list();
  private final ArrayNode stages = PlanNodes.list();
  private final ArrayNode values = PlanNodes.list();
  private int priority;

  Querier(int priority) {
    this.priority = priority;
  }

  void setPriority(int priority) {
    this.priority = priority;
  }

  /** Its buckets depend on rows of a table. */
  void asksTable() {
    stages.addArray().addObject().put("type", "parameter");
  }

  /** There are only buckets when this holds; conditions on rows are left out. */
  void requires(Clause condition) {
    if (condition instanceof Clause.Match match) {
      filters.addAll(match.required());
    } else if (condition != Clause.Wrong.REPORTED) {
      filters.add(Composition.expression(condition));
    }
  }

  /** The next parameter of its buckets. */
  void gives(Clause output) {
    ObjectNode value = values.addObject();
    if (output instanceof Clause.Parameter || output instanceof Clause.Constant) {
      value.put("type", "request").set("expr", Composition.expression(output));
    } else {
      value.put("type", "lookup");
    }
  }

  /**
   * @param bucket index of the definition's bucket
   */
  ObjectNode of(String definition, int bucket) {
    ObjectNode stream = PlanNodes.object();
    stream.putObject("stream").put("name", definition).put("priority", priority);
    ObjectNode querier = stream.putArray("queriers").addObject();
    querier.set("requestFilters", filters);
    querier.set("lookupStages", stages);
    querier.put("bucket", bucket);
    querier.set("sourceInstantiation", values);
    return stream;
  }
}
