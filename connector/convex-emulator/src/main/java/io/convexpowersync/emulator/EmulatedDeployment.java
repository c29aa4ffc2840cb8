package io.convexpowersync.emulator;

/** What the endpoints work on. */
record EmulatedDeployment(
    EmulatorOptions options,
    DocumentStore store,
    Authenticator authenticator,
    EmulatorSwitches switches,
    EmulatorCounters counters) {

  Backend backend() {
    return options.features().backend();
  }

  /** The oldest timestamp (ns) of the log that can be read. */
  long retentionBoundary() {
    return store.retentionBoundary(
        backend().logRetention(options.limits().times().logRetention()).toNanos());
  }

  /** The gates of every export endpoint, in the server's order: plan, then permission. */
  void requireExport(Authenticator.Identity identity) throws ApiException {
    if (!switches.exportEnabled()) {
      throw new ApiException(
          403, "StreamingExportNotEnabled", "Streaming export is not enabled for this deployment");
    }
    switch (identity) {
      case ADMIN, READ_ONLY_ADMIN -> {}
      case NOBODY -> throw badDeployKey();
      case ADMIN_WITHOUT_DATA_VIEW -> {
        if (backend().requiresDataView()) {
          throw new ApiException(
              403, "OperationNotPermitted", "The key lacks permission deployment:data:view");
        }
      }
      case ACTING_USER ->
          throw new ApiException(
              403, "SystemIdentityRequired", "A key that acts as a user cannot export");
    }
  }

  void requireSummaries() throws ApiException {
    if (!switches.summariesAvailable()) {
      throw new ApiException(
          503, "TableSummariesUnavailable", "Table summaries are still being loaded");
    }
  }

  ApiException badDeployKey() {
    return new ApiException(
        403, "BadDeployKey", "The provided deploy key was invalid for " + options.instanceName());
  }

  /** Reads the selection; in strict mode one that would be ignored is an error. */
  ExportSelection selection(RequestParameters parameters) throws ApiException {
    SelectionParser.Parsed parsed = new SelectionParser(backend()).parse(parameters);
    if (parsed.fellThrough()) {
      counters.countIgnoredSelection();
      if (options.features().strictSelection()) {
        throw ApiException.badRequest(
            "EmulatorSelectionIgnored", "A deployment would ignore this selection");
      }
    }
    try {
      parsed.selection().validate();
    } catch (IllegalArgumentException e) {
      throw ApiException.internal(500);
    }
    return parsed.selection();
  }

  /** Checks the types of an endpoint's parameters. */
  interface TypeCheck {
    void check(RequestParameters parameters) throws ApiException;
  }

  /** Reads the parameters and the caller of an export request, in the server's order. */
  RequestParameters exportParameters(EmulatorRequest request, TypeCheck types) throws ApiException {
    RequestParameters parameters;
    Authenticator.Identity identity;
    if (request.method().equals("GET")) {
      parameters = RequestParameters.ofQuery(request.query());
      types.check(parameters);
      identity = authenticator.identify(request);
    } else {
      identity = authenticator.identify(request);
      requireJson(request);
      parameters = RequestParameters.ofBody(request.body());
      types.check(parameters);
    }
    requireExport(identity);
    return parameters;
  }

  static void requireJson(EmulatorRequest request) throws ApiException {
    String type = request.header("Content-Type").orElse("").split(";")[0].trim();
    boolean json =
        type.equalsIgnoreCase("application/json")
            || type.startsWith("application/") && type.endsWith("+json");
    if (!json) {
      throw ApiException.badRequest(
          "BadJsonBody", "Expected request with `Content-Type: application/json`");
    }
  }

  /** The format parameter; it is looked at last. */
  ValueFormat format(RequestParameters parameters) throws ApiException {
    String name = parameters.string("format").orElse(ValueFormat.JSON.wireName());
    return ValueFormat.byWireName(name)
        .filter(format -> format != ValueFormat.EXPORT_JSON || backend().exportJson())
        .orElseThrow(() -> ApiException.badRequest("BadFormat", "Unknown format " + name));
  }
}
