package io.convexpowersync.client;

import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;
import okhttp3.Response;

/** A successful answer whose body is being read. {@link #cancel} may come from any thread. */
final class ApiResponse implements AutoCloseable {
  private final HttpApi api;
  private final String what;
  private final Call call;
  private final Response response;
  private final int abortsBefore;
  private volatile boolean done;
  private volatile boolean cancelled;

  ApiResponse(HttpApi api, String what, Call call, Response response, int abortsBefore) {
    this.api = api;
    this.what = what;
    this.call = call;
    this.response = response;
    this.abortsBefore = abortsBefore;
  }

  InputStream stream() {
    return response.body().byteStream();
  }

  /**
   * What a failure while reading the body means.
   *
   * @param where how far the reader had come, or null
   */
  ConvexException failure(String where, IOException e) {
    String place = where == null ? what : what + ", " + where;
    if (cancelled || api.wasAborted(abortsBefore)) {
      return api.closedFailure(place);
    }
    return api.failure(place, e);
  }

  /** Breaks the connection, unless the body has been read to its end. */
  void cancel() {
    if (!done) {
      cancelled = true;
      call.cancel();
    }
  }

  /** Gives the connection back if the body has been read to its end. Only the reading thread. */
  @Override
  public void close() {
    done = true;
    response.close();
    api.finished(call);
  }
}
