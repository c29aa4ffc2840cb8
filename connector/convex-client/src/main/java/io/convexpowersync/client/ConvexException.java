package io.convexpowersync.client;

import java.time.Duration;
import java.util.Optional;

/** A call to a deployment failed. The message says what failed, where, and what to do. */
public final class ConvexException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. */
  public enum Kind {
    /** The same request may succeed later: overload, network, timeouts, restarts. */
    TRANSIENT,
    /**
     * The same request may succeed later. If it keeps failing while the deployment answers others,
     * its position is lost.
     */
    POSITION_DOUBTFUL,
    /** The key, its permissions, or the plan: a person has to change something. */
    UNAUTHORIZED,
    /** Wrong host, wrong request, a backend too old: a person has to change something. */
    CONFIGURATION,
    /** The position is no longer or not valid in this deployment: a new snapshot is needed. */
    POSITION_LOST,
    /** The answer is not what the API promises. */
    PROTOCOL,
    /** {@link ConvexDeployment#close} was called meanwhile, or the thread was interrupted. */
    CLOSED
  }

  private final Kind kind;
  private final String code;
  private final Duration retryAfter;

  public ConvexException(Kind kind, String code, String message, Throwable cause) {
    this(kind, code, null, message, cause);
  }

  ConvexException(Kind kind, String code, Duration retryAfter, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** Convex's short error code, such as {@code InvalidWindowToReadDocuments}, if it gave one. */
  public Optional<String> code() {
    return Optional.ofNullable(code);
  }

  /** How long the server asks to wait before the next attempt, if it does. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
