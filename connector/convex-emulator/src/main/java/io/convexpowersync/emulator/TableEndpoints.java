package io.convexpowersync.emulator;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The endpoints that describe tables, and the connection test. */
final class TableEndpoints {
  private final EmulatedDeployment deployment;

  TableEndpoints(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  Response testConnection(EmulatorRequest request) throws ApiException {
    deployment.requireExport(deployment.authenticator().identify(request));
    return Response.json("null");
  }

  /** {@code get_table_column_names}. */
  Response columnNames(EmulatorRequest request) throws ApiException {
    deployment.requireExport(deployment.authenticator().identify(request));
    deployment.requireSummaries();
    Map<String, Map<String, Collection<String>>> components = new TreeMap<>();
    deployment
        .store()
        .columns()
        .forEach(
            (path, columns) ->
                components
                    .computeIfAbsent(path.component(), component -> new TreeMap<>())
                    .put(path.table(), columns));
    return Response.json(sink -> write(components, sink.buffer()));
  }

  private static void write(Map<String, Map<String, Collection<String>>> components, ByteBuf out) {
    Separator component = new Separator(out.ascii("{\"byComponent\":{"));
    components.forEach(
        (path, tables) -> {
          component.next();
          out.string(path).ascii(":[");
          Separator table = new Separator(out);
          tables.forEach(
              (name, columns) -> {
                table.next();
                out.ascii("{\"name\":").string(name).ascii(",\"columns\":[");
                Separator column = new Separator(out);
                for (String columnName : columns) {
                  column.next();
                  out.string(columnName);
                }
                out.ascii("]}");
              });
          out.append(']');
        });
    out.ascii("}}");
  }
}
