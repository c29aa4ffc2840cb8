package io.convexpowersync.client;

import io.convexpowersync.client.ApiCall.Mode;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Sends requests and turns whatever goes wrong into a {@link ConvexException}. Retries nothing,
 * except that OkHttp silently repeats a read on a connection that turned out to be dead.
 *
 * <p>Thread-safe.
 */
final class HttpApi implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int SMALL_BODY = 64 * 1024 * 1024;
  private static final int ERROR_BODY = 64 * 1024;
  private static final int OK = 200;

  private final ConvexClientConfig config;
  private final Failures failures;
  private final OkHttpClient longCalls;
  private final OkHttpClient smallCalls;
  private final OkHttpClient writes;
  private final Set<Call> inFlight = ConcurrentHashMap.newKeySet();
  private final AtomicInteger aborts = new AtomicInteger();
  private volatile boolean closed;

  HttpApi(ConvexClientConfig config) {
    ClientTimeouts timeouts = config.timeouts();
    this.config = config;
    this.failures = new Failures(config);
    this.longCalls =
        new OkHttpClient.Builder()
            .connectTimeout(timeouts.connectMs(), TimeUnit.MILLISECONDS)
            .readTimeout(timeouts.stallMs(), TimeUnit.MILLISECONDS)
            .writeTimeout(timeouts.callMs(), TimeUnit.MILLISECONDS)
            // A redirect leads elsewhere than configured, and the key must not follow it.
            .followRedirects(false)
            .build();
    this.smallCalls =
        longCalls.newBuilder().callTimeout(timeouts.callMs(), TimeUnit.MILLISECONDS).build();
    // OkHttp's repeat could run a mutation twice.
    this.writes = smallCalls.newBuilder().retryOnConnectionFailure(false).build();
  }

  /**
   * Sends a request and waits for the head of a successful answer.
   *
   * @throws ConvexException for any other answer, and for none
   */
  ApiResponse open(ApiCall call) {
    int abortsBefore = aborts.get();
    Call sent = client(call.mode()).newCall(request(call));
    inFlight.add(sent);
    // Whoever closes meanwhile either finds the call in the set or has raised the flag before.
    if (closed) {
      inFlight.remove(sent);
      throw failures.closed(call.what());
    }
    Response response;
    try {
      response = sent.execute();
    } catch (IOException e) {
      inFlight.remove(sent);
      throw wasAborted(abortsBefore) ? failures.closed(call.what()) : failure(call.what(), e);
    }
    if (response.code() == OK) {
      return new ApiResponse(this, call.what(), sent, response, abortsBefore);
    }
    try (ApiResponse refused = new ApiResponse(this, call.what(), sent, response, abortsBefore)) {
      byte[] body = errorBody(refused);
      throw failures.status(call.what(), response.code(), response.headers(), body);
    }
  }

  /** Sends a request and reads the answer as a whole. */
  byte[] bytes(ApiCall call) {
    try (ApiResponse response = open(call)) {
      try {
        byte[] body = response.stream().readNBytes(SMALL_BODY + 1);
        if (body.length > SMALL_BODY) {
          throw failures.protocol(call.what(), "the answer is larger than 64 MiB", null);
        }
        return body;
      } catch (IOException e) {
        throw response.failure(null, e);
      }
    }
  }

  /** What a broken call means, seen by the one who made it. */
  ConvexException failure(String what, IOException e) {
    boolean aborted = closed || Thread.currentThread().isInterrupted();
    return aborted ? failures.closed(what) : failures.io(what, e);
  }

  /** Whether {@link #abort} was called since there were so many of its calls. */
  boolean wasAborted(int before) {
    return aborts.get() != before;
  }

  ConvexException closedFailure(String what) {
    return failures.closed(what);
  }

  void finished(Call call) {
    inFlight.remove(call);
  }

  private OkHttpClient client(Mode mode) {
    return switch (mode) {
      case SMALL, ANONYMOUS -> smallCalls;
      case ONCE -> writes;
      case LONG -> longCalls;
    };
  }

  private Request request(ApiCall call) {
    HttpUrl.Builder url = config.url().path(call.path());
    call.query().forEach(url::addQueryParameter);
    Request.Builder request =
        new Request.Builder()
            .url(url.build())
            .header("Convex-Client", "kafka-connect-convex-" + config.clientVersion());
    if (call.mode() != Mode.ANONYMOUS) {
      request.header("Authorization", config.key().authorization());
    }
    if (call.json() != null) {
      request.post(RequestBody.create(call.json(), JSON));
    }
    return request.build();
  }

  /** The status has been received and counts; a body that breaks off only explains less. */
  private byte[] errorBody(ApiResponse refused) {
    try {
      return refused.stream().readNBytes(ERROR_BODY);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Aborts the calls in flight. */
  void abort() {
    aborts.incrementAndGet();
    inFlight.forEach(Call::cancel);
  }

  /** Aborts all calls. */
  @Override
  public void close() {
    closed = true;
    abort();
    longCalls.connectionPool().evictAll();
  }
}
