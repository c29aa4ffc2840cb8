package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Date;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Headers;

/**
 * Words the failures of calls: what failed, where, and what to do. Whatever a server or a library
 * said is stripped of the key's secret and shortened.
 */
final class Failures {
  private static final int LONGEST_QUOTE = 300;
  private static final int PROXY_LOGIN = 407;

  private final ConvexClientConfig config;

  Failures(ConvexClientConfig config) {
    this.config = config;
  }

  ConvexException closed(String what) {
    return new ConvexException(
        Kind.CLOSED, null, what + " was aborted: the client or the page was closed", null);
  }

  ConvexException protocol(String what, String why, Exception cause) {
    return failure(Kind.PROTOCOL, what, why, "Is this the address of a Convex deployment?", cause);
  }

  /** The transfer broke, or what arrived is not what the API promises. */
  ConvexException io(String what, IOException e) {
    if (e instanceof JsonEOFException) {
      return failure(Kind.TRANSIENT, what, "the answer breaks off", "", e);
    }
    if (e instanceof JsonProcessingException json) {
      long offset = json.getLocation() == null ? -1 : json.getLocation().getByteOffset();
      String why = "%s (at byte %d of the answer)".formatted(json.getOriginalMessage(), offset);
      return protocol(what, why, e);
    }
    return network(what, e);
  }

  private ConvexException network(String what, IOException e) {
    ClientTimeouts timeouts = config.timeouts();
    if (e instanceof UnknownHostException) {
      return unreachable(what, "the host is not known to DNS", e);
    }
    if (e instanceof NoRouteToHostException || e instanceof ConnectException) {
      return unreachable(what, "no connection: " + quote(e.getMessage()), e);
    }
    if (e instanceof SocketTimeoutException) {
      String why = "no connection within %d ms, or no byte of an answer for %d ms";
      return unreachable(what, why.formatted(timeouts.connectMs(), timeouts.stallMs()), e);
    }
    if (e instanceof InterruptedIOException) {
      String why = "not finished within %d ms".formatted(timeouts.callMs());
      return unreachable(what, why, e);
    }
    if (e instanceof SSLException) {
      return tls(what, e);
    }
    if (e instanceof ProtocolException && isStatusLine(e)) {
      return protocol(what, "the peer does not speak HTTP", e);
    }
    if (e instanceof ProtocolException && quote(e.getMessage()).contains("HTTP_PROXY_AUTH")) {
      String remedy = ErrorCatalogue.rule(PROXY_LOGIN, null).remedy();
      return failure(Kind.CONFIGURATION, what, "HTTP " + PROXY_LOGIN, remedy, e);
    }
    return failure(Kind.TRANSIENT, what, "connection broken: " + quote(e.getMessage()), "", e);
  }

  private ConvexException unreachable(String what, String why, IOException e) {
    return failure(Kind.TRANSIENT, what, why, "Check the address, the network and any proxy.", e);
  }

  private ConvexException tls(String what, IOException e) {
    String why = "no TLS connection: " + quote(e.getMessage());
    if (hasCause(e, CertificateException.class) || e instanceof SSLPeerUnverifiedException) {
      String remedy = "Check the host name, or add its certificate to the JVM's trust store.";
      return failure(Kind.CONFIGURATION, what, why, remedy, e);
    }
    if (quote(e.getMessage()).toLowerCase(Locale.ROOT).contains("unsupported or unrecognized")) {
      return failure(Kind.CONFIGURATION, what, why, "Use http:// if the server has no TLS.", e);
    }
    return failure(Kind.TRANSIENT, what, why, "", e);
  }

  private static boolean isStatusLine(IOException e) {
    return e.getMessage() != null && e.getMessage().startsWith("Unexpected status line");
  }

  private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** An answer that is not a success. */
  ConvexException status(String what, int status, Headers headers, byte[] body) {
    JsonNode error = parse(body);
    String code = code(error);
    ErrorCatalogue.Rule rule = ErrorCatalogue.rule(status, code);
    String said =
        code == null
            ? describe(headers, body)
            : "%s (%s)".formatted(code, quote(error.path("message").asText()));
    String message =
        "%s at %s failed: HTTP %d %s. %s"
            .formatted(what, config.url(), status, said, rule.remedy());
    return new ConvexException(rule.kind(), code, retryAfter(headers), message.strip(), null);
  }

  private static JsonNode parse(byte[] body) {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      return Json.MAPPER.missingNode();
    }
  }

  /** Convex's codes are names; anything else comes from someone else. */
  private String code(JsonNode error) {
    String code = error.path("code").textValue();
    return code != null && code.matches("\\w{1,64}") && quote(code).equals(code) ? code : null;
  }

  private String describe(Headers headers, byte[] body) {
    String type = headers.get("Content-Type");
    String what =
        body.length == 0
            ? "without a body"
            : "with a body that is not Convex's, of type "
                + (type == null ? "unknown" : quote(type));
    String location = headers.get("Location");
    return location == null ? what : what + ", leading to " + quote(location);
  }

  private static Duration retryAfter(Headers headers) {
    String text = headers.get("Retry-After");
    if (text == null) {
      return null;
    }
    if (text.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    Date until = headers.getDate("Retry-After");
    // The server's own clock, so that ours need not agree with it.
    Date now = headers.getDate("Date");
    if (until == null || now == null || until.before(now)) {
      return null;
    }
    return Duration.between(now.toInstant(), until.toInstant());
  }

  private ConvexException failure(
      Kind kind, String what, String why, String remedy, Exception cause) {
    String message = "%s at %s failed: %s. %s".formatted(what, config.url(), why, remedy);
    return new ConvexException(kind, null, message.strip(), showsSecret(cause) ? null : cause);
  }

  /** A library may quote what a peer said, and a peer may repeat what it was told. */
  private boolean showsSecret(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      if (!config.key().redact(text).equals(text)) {
        return true;
      }
    }
    return false;
  }

  /** Foreign text on one line, without the secret, and short. */
  private String quote(String text) {
    String clean =
        config.key().redact(text == null ? "" : text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return clean.length() <= LONGEST_QUOTE ? clean : clean.substring(0, LONGEST_QUOTE) + "...";
  }

  static String utf8(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }
}
