package io.convexpowersync.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the selection in a request's parameters the way the server does: the first form that fits
 * wins, and what fits none means <em>everything</em>, without an error.
 */
final class SelectionParser {
  static final Set<String> PARAMETERS =
      Set.of("selection", "tableName", "table_name", "table", "component");

  /**
   * What a request selects.
   *
   * @param fellThrough parameters that look like a selection were ignored
   */
  record Parsed(ExportSelection selection, boolean fellThrough) {}

  private final Backend backend;

  SelectionParser(Backend backend) {
    this.backend = backend;
  }

  Parsed parse(RequestParameters parameters) {
    Optional<ExportSelection> exact =
        only(parameters.values("selection"))
            .filter(node -> backend.understandsSelection())
            .flatMap(SelectionParser::selection);
    if (exact.isPresent()) {
      return new Parsed(exact.get(), false);
    }
    boolean ignored = parameters.has("selection") || parameters.has("table");
    Optional<String> component =
        only(parameters.values("component")).flatMap(SelectionParser::text);
    Optional<String> table = tableName(parameters);
    if (table.isPresent() && (component.isPresent() || noComponent(parameters))) {
      ExportSelection selection = ExportSelection.table(component.orElse(""), table.get());
      return new Parsed(selection, ignored);
    }
    if (component.isPresent()) {
      ignored |= parameters.has("tableName") || parameters.has("table_name");
      return new Parsed(ExportSelection.component(component.get()), ignored);
    }
    boolean any = PARAMETERS.stream().anyMatch(parameters::has);
    return new Parsed(ExportSelection.EVERYTHING, any);
  }

  private Optional<String> tableName(RequestParameters parameters) {
    List<JsonNode> camel =
        backend.understandsTableName() ? parameters.values("tableName") : List.of();
    List<JsonNode> snake = parameters.values("table_name");
    if (camel.size() + snake.size() != 1) {
      return Optional.empty();
    }
    return text(camel.isEmpty() ? snake.get(0) : camel.get(0));
  }

  private static boolean noComponent(RequestParameters parameters) {
    List<JsonNode> values = parameters.values("component");
    return values.isEmpty() || values.size() == 1 && values.get(0).isNull();
  }

  private static Optional<JsonNode> only(List<JsonNode> values) {
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  static Optional<ExportSelection> selection(JsonNode node) {
    Optional<Boolean> others = inclusion(node.path("_other"));
    if (!node.isObject() || others.isEmpty()) {
      return Optional.empty();
    }
    Map<String, ExportSelection.Tables> components = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("_other")) {
        Optional<ExportSelection.Tables> tables = tables(field.getValue());
        if (tables.isEmpty()) {
          return Optional.empty();
        }
        components.put(field.getKey(), tables.get());
      }
    }
    return Optional.of(new ExportSelection(others.get(), components));
  }

  private static Optional<ExportSelection.Tables> tables(JsonNode node) {
    if (excluded(node)) {
      return Optional.of(ExportSelection.Tables.NONE);
    }
    Optional<Boolean> others = inclusion(node.path("_other"));
    if (!node.isObject() || others.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Optional<ExportSelection.Columns>> tables = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("_other")) {
        boolean excluded = excluded(field.getValue());
        Optional<ExportSelection.Columns> columns = columns(field.getValue());
        if (!excluded && columns.isEmpty()) {
          return Optional.empty();
        }
        tables.put(field.getKey(), columns);
      }
    }
    return Optional.of(new ExportSelection.Tables(others.get(), tables));
  }

  private static Optional<ExportSelection.Columns> columns(JsonNode node) {
    Optional<Boolean> others = inclusion(node.path("_other"));
    if (!node.isObject() || others.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Boolean> columns = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("_other")) {
        Optional<Boolean> included = inclusion(field.getValue());
        if (included.isEmpty()) {
          return Optional.empty();
        }
        columns.put(field.getKey(), included.get());
      }
    }
    return Optional.of(new ExportSelection.Columns(others.get(), columns));
  }

  private static boolean excluded(JsonNode node) {
    return inclusion(node).filter(included -> !included).isPresent();
  }

  private static Optional<Boolean> inclusion(JsonNode node) {
    if (!node.isTextual()) {
      return Optional.empty();
    }
    return switch (node.textValue()) {
      case "included", "incl" -> Optional.of(true);
      case "excluded", "excl" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
