package io.convexpowersync.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code json_schemas}: a schema per table, inferred from all its documents on every call. */
final class SchemaEndpoint {
  private final EmulatedDeployment deployment;

  SchemaEndpoint(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  private record TableNumber(String component, int number) {}

  Response handle(EmulatorRequest request) throws ApiException {
    RequestParameters parameters = RequestParameters.ofQuery(request.query());
    boolean deltaSchema = parameters.flag("deltaSchema");
    boolean byComponent = parameters.flag("byComponent");
    deployment.requireExport(deployment.authenticator().identify(request));
    deployment.requireSummaries();
    ValueFormat format = deployment.format(parameters);
    String json = schemas(new SchemaWriter(format, deltaSchema), byComponent).toString();
    return Response.json(sink -> sink.buffer().utf8(json));
  }

  private ObjectNode schemas(SchemaWriter writer, boolean byComponent) throws ApiException {
    long head = deployment.store().head();
    List<Table> tables = deployment.store().activeTablesAt(head);
    Map<TableNumber, String> names = new HashMap<>();
    tables.forEach(
        table ->
            names.put(new TableNumber(table.path.component(), table.number), table.path.table()));
    ObjectNode schemas = JsonNodeFactory.instance.objectNode();
    for (Table table : tables) {
      ObjectNode parent =
          byComponent ? schemas.withObjectProperty(table.path.component()) : schemas;
      parent.set(table.path.table(), writer.table(documents(table, head, names)));
    }
    return schemas;
  }

  private Shape.Fields documents(Table table, long head, Map<TableNumber, String> names)
      throws ApiException {
    Function<String, Optional<String>> tableOfId =
        text -> tableOfId(text).map(n -> names.get(new TableNumber(table.path.component(), n)));
    Shape shape = new Shape();
    new DeploymentState(deployment.store(), head)
        .scan(table, row -> shape.add(row.document(), tableOfId));
    if (shape.object != null && shape.object.tooMany()) {
      requireDeclared(table.path);
    }
    if (shape.object == null || shape.object.tooMany()) {
      Shape empty = new Shape();
      String id = new DocumentId(table.number, InternalId.ZERO).text();
      empty.add(
          ConvexValue.parse(
              "{\"_creationTime\":0.0,\"_id\":\"" + id + "\"}", ValueFormat.EXPORT_JSON),
          tableOfId);
      return empty.object;
    }
    return shape.object;
  }

  /** What the data does not tell is looked up in the schema that the developer has declared. */
  private void requireDeclared(TablePath path) throws ApiException {
    switch (deployment.switches().declaredSchema()) {
      case OBJECTS -> {}
      case NONE ->
          throw ApiException.badRequest("NoSchemaForExport", "There is no schema for " + path);
      case OTHER_TABLES ->
          throw ApiException.badRequest(
              "NoTableDefinitionForExport", "The schema does not define " + path);
      case UNIONS ->
          throw ApiException.badRequest(
              "UnsupportedSchemaForExport", "The schema defines " + path + " as a union");
    }
  }

  private static Optional<Integer> tableOfId(String text) {
    if (text.length() != 31 && text.length() != 32) {
      return Optional.empty();
    }
    try {
      return Optional.of(DocumentId.parse(text).tableNumber());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
