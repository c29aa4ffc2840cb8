package io.convexpowersync.client;

import io.convexpowersync.client.ApiCall.Mode;
import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deployment over HTTP, by the streaming export API ({@code list_snapshot} and {@code
 * document_deltas}).
 *
 * <p>Retries nothing; the caller decides by {@link ConvexException#kind}. Asks for {@code
 * export_json} and, from the first time that a backend does not know it, for {@code
 * convex_encoded_json}. Every row is compared with the selection, because Convex exports everything
 * when it does not understand one.
 */
public final class HttpConvexDeployment implements ConvexDeployment {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConvexDeployment.class);
  private static final String BAD_FORMAT = "BadFormat";

  private final ConvexClientConfig config;
  private final HttpApi api;
  private volatile DocumentFormat format;

  /** Connects to nothing yet. */
  public HttpConvexDeployment(ConvexClientConfig config) {
    this.config = config;
    this.api = new HttpApi(config);
    this.format = config.format();
  }

  /** Turns the body of an answer into a value. */
  private interface Reading<T> {
    T read(byte[] body) throws IOException;
  }

  /**
   * Checks address, key, permission and plan, in this order.
   *
   * @return the deployment's name
   * @throws ConvexException of kind {@code UNAUTHORIZED} if the key, its permissions or the plan is
   *     at fault; of any other kind if the address is, or nobody answers there
   */
  public String checkConnection() {
    String name = instanceName();
    try {
      api.bytes(
          ApiCall.get("Checking the key", "/api/test_streaming_export_connection", Mode.SMALL));
    } catch (ConvexException e) {
      Optional<String> owner = config.key().instanceName();
      if (e.kind() == Kind.UNAUTHORIZED && owner.isPresent() && !owner.get().equals(name)) {
        String message =
            "%s The key is for deployment '%s', and the address is that of '%s'."
                .formatted(e.getMessage(), owner.get(), name);
        throw new ConvexException(e.kind(), e.code().orElse(null), message, e);
      }
      throw e;
    }
    return name;
  }

  @Override
  public String instanceName() {
    return small(
        ApiCall.get("Reading the deployment's name", "/instance_name", Mode.ANONYMOUS),
        Answers::instanceName);
  }

  @Override
  public long headTimestamp() {
    return small(
        ApiCall.post("Reading the head (query_ts)", "/api/query_ts", "{}", Mode.ANONYMOUS),
        Answers::headTimestamp);
  }

  @Override
  public List<TableColumns> tables() {
    return small(
        ApiCall.get("Listing tables", "/api/get_table_column_names", Mode.LONG), Answers::tables);
  }

  /**
   * The JSON schemas that Convex infers from the data, as JSON text: component, table, schema.
   * Expensive for the deployment.
   */
  public String jsonSchemas() {
    return withFormat(
        wanted ->
            Failures.utf8(
                api.bytes(
                    new ApiCall(
                        "Reading the schemas (json_schemas)",
                        "/api/json_schemas",
                        Map.of("byComponent", "true", "format", wanted.wireName()),
                        null,
                        Mode.LONG))));
  }

  @Override
  public DocumentReader<SnapshotPageEnd> listSnapshot(
      long snapshot, Optional<String> cursor, Selection selection) {
    String what =
        "Reading a page of snapshot %d (list_snapshot, %s, %s)"
            .formatted(
                snapshot, cursor.map(at -> "cursor " + at).orElse("first page"), size(selection));
    return page(
        wanted ->
            ApiCall.post(
                what,
                "/api/list_snapshot",
                Requests.snapshotPage(snapshot, cursor.orElse(null), selection, wanted),
                Mode.LONG),
        selection,
        new SnapshotTail(snapshot));
  }

  @Override
  public DocumentReader<DeltaPageEnd> documentDeltas(long cursor, Selection selection) {
    String what =
        "Reading the log after %d (document_deltas, %s)".formatted(cursor, size(selection));
    return page(
        wanted ->
            ApiCall.post(
                what,
                "/api/document_deltas",
                Requests.deltaPage(cursor, selection, wanted),
                Mode.LONG),
        selection,
        new DeltaTail());
  }

  /**
   * Runs a query.
   *
   * @param path {@code module:function}
   * @param argsJson its arguments, a JSON object in Convex's encoding
   */
  public FunctionResult query(String path, String argsJson) {
    return call("query", path, argsJson);
  }

  /**
   * Runs a mutation, at most once. When this throws, it may or may not have been committed.
   *
   * @param path {@code module:function}
   * @param argsJson its arguments, a JSON object in Convex's encoding
   */
  public FunctionResult mutation(String path, String argsJson) {
    return call("mutation", path, argsJson);
  }

  private FunctionResult call(String type, String path, String argsJson) {
    return small(
        ApiCall.post(
            "Calling %s %s".formatted(type, path),
            "/api/" + type,
            Requests.functionCall(path, argsJson),
            Mode.ONCE),
        Answers::functionResult);
  }

  private <E> DocumentReader<E> page(
      Function<DocumentFormat, ApiCall> call, Selection selection, PageTail<E> tail) {
    return withFormat(
        wanted -> {
          ApiResponse response = api.open(call.apply(wanted));
          try {
            return new PageReader<>(response, selection, tail);
          } catch (IOException e) {
            response.close();
            throw response.failure(null, e);
          }
        });
  }

  private <T> T withFormat(Function<DocumentFormat, T> request) {
    DocumentFormat wanted = format;
    try {
      return request.apply(wanted);
    } catch (ConvexException e) {
      boolean unknown = e.code().filter(BAD_FORMAT::equals).isPresent();
      if (!unknown || wanted == DocumentFormat.CONVEX_ENCODED_JSON) {
        throw e;
      }
      LOG.info(
          "{} does not know the format {}; using {} from now on",
          config.url(),
          wanted.wireName(),
          DocumentFormat.CONVEX_ENCODED_JSON.wireName());
      format = DocumentFormat.CONVEX_ENCODED_JSON;
      return request.apply(DocumentFormat.CONVEX_ENCODED_JSON);
    }
  }

  private <T> T small(ApiCall call, Reading<T> reading) {
    byte[] body = api.bytes(call);
    try {
      return reading.read(body);
    } catch (IOException e) {
      throw api.failure(call.what(), e);
    }
  }

  private static String size(Selection selection) {
    return selection.tables().isEmpty() ? "all tables" : selection.tables().size() + " tables";
  }

  @Override
  public void abort() {
    api.abort();
  }

  @Override
  public void close() {
    api.close();
  }
}
