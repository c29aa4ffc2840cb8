package io.convexpowersync.emulator;

import java.util.HashMap;
import java.util.Map;

/** Finds the endpoint of a request; unknown paths are 404, wrong methods 405, without a body. */
final class Router implements EmulatorServer.Handler {
  private static final String RUN = "/api/run/";

  private final Map<String, Map<String, EmulatorServer.Handler>> routes = new HashMap<>();
  private final EmulatorServer.Handler run;
  private final EmulatedDeployment deployment;

  Router(EmulatedDeployment deployment, FunctionEndpoints functions) {
    SnapshotEndpoint snapshot = new SnapshotEndpoint(deployment);
    DeltasEndpoint deltas = new DeltasEndpoint(deployment);
    TableEndpoints tables = new TableEndpoints(deployment);
    InfoEndpoints info = new InfoEndpoints(deployment);
    this.deployment = deployment;
    add("/api/list_snapshot", snapshot::handle, "GET", "POST");
    add("/api/document_deltas", deltas::handle, "GET", "POST");
    add("/api/get_table_column_names", tables::columnNames, "GET");
    add("/api/test_streaming_export_connection", tables::testConnection, "GET");
    add("/api/json_schemas", new SchemaEndpoint(deployment)::handle, "GET");
    add("/api/query_ts", info::queryTs, "POST");
    add("/api/check_admin_key", info::checkAdminKey, "GET");
    add("/instance_name", info::instanceName, "GET");
    add("/version", info::version, "GET");
    add("/api/query", functions::query, "GET", "POST");
    add("/api/mutation", functions::mutation, "POST");
    add("/api/action", functions::action, "POST");
    add("/api/function", functions::any, "POST");
    DataSyncEndpoint dataSync = new DataSyncEndpoint(deployment);
    add(Backend.DATA_SYNC, dataSync::sync, "POST");
    add(Backend.LIST_ACTIVE_SYNCS, dataSync::listActive, "GET");
    add(Backend.DATA_SYNC_CURSOR_FROM_DELTAS, dataSync::cursorFromDeltas, "POST");
    run = functions::run;
  }

  @Override
  public Response handle(EmulatorRequest request) throws ApiException {
    Map<String, EmulatorServer.Handler> methods = routes.get(request.path());
    if (methods == null && request.path().startsWith(RUN)) {
      methods = Map.of("POST", run);
    }
    if (methods == null || !deployment.backend().serves(request.path())) {
      return Response.empty(404);
    }
    EmulatorServer.Handler endpoint = methods.get(request.method());
    if (endpoint == null) {
      return Response.empty(405);
    }
    if (deployment.switches().idleBumps()) {
      deployment.store().bumpWhenIdle();
    }
    ClientVersion.check(request, deployment.switches().minimumClient());
    return endpoint.handle(request);
  }

  private void add(String path, EmulatorServer.Handler endpoint, String... methods) {
    for (String method : methods) {
      routes.computeIfAbsent(path, key -> new HashMap<>()).put(method, endpoint);
    }
  }
}
