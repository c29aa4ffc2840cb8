package io.convexpowersync.emulator;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What goes wrong with one request.
 *
 * @param delay wait this long before anything else
 * @param answer answer with this instead of doing the work
 * @param delivery how the answer reaches the caller
 */
public record Fault(Duration delay, Optional<Answer> answer, Delivery delivery) {
  /** Nothing goes wrong. */
  public static final Fault NONE = new Fault(Duration.ZERO, Optional.empty(), new Delivery.Whole());

  /**
   * An answer that no endpoint gave.
   *
   * @param status HTTP status
   * @param headers by name
   * @param body may be empty
   */
  public record Answer(int status, Map<String, String> headers, String body) {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }

  /** How an answer reaches the caller. */
  public sealed interface Delivery {
    /** As it should. */
    record Whole() implements Delivery {}

    /** The connection is closed after so many bytes of the body. */
    record Cut(long afterBytes) implements Delivery {}

    /**
     * The connection is reset (TCP RST) after about so many bytes of the body; needs {@link
     * EmulatorOptions#withNetworkFaults}.
     */
    record Reset(long afterBytes) implements Delivery {}

    /** The connection is closed before the status line. */
    record Nothing() implements Delivery {}

    /** The body arrives at this rate. */
    record Slow(long bytesPerSecond) implements Delivery {
      public Slow {
        if (bytesPerSecond < 1) {
          throw new IllegalArgumentException("A rate must be positive: " + bytesPerSecond);
        }
      }
    }
  }

  /** The given answer instead of the real one. */
  public static Fault status(int status, String body) {
    return new Fault(
        Duration.ZERO, Optional.of(new Answer(status, Map.of(), body)), new Delivery.Whole());
  }

  /** An error of the catalogue. */
  public static Fault error(int status, String code) {
    return status(status, "{\"code\":\"" + code + "\",\"message\":\"injected\"}");
  }

  /** The real answer, late. */
  public static Fault delayed(Duration delay) {
    return NONE.after(delay);
  }

  /** The real answer, cut off inside the body. */
  public static Fault cutBody(long afterBytes) {
    return NONE.delivered(new Delivery.Cut(afterBytes));
  }

  /** The real answer at so many bytes per second. */
  public static Fault slowBody(long bytesPerSecond) {
    return NONE.delivered(new Delivery.Slow(bytesPerSecond));
  }

  /** The connection is reset inside the body of the real answer. */
  public static Fault reset(long afterBytes) {
    return NONE.delivered(new Delivery.Reset(afterBytes));
  }

  /** The connection is closed without an answer. */
  public static Fault noAnswer() {
    return NONE.delivered(new Delivery.Nothing());
  }

  /** This fault, late. */
  public Fault after(Duration wait) {
    return new Fault(wait, answer, delivery);
  }

  /** This fault, delivered otherwise. */
  public Fault delivered(Delivery other) {
    return new Fault(delay, answer, other);
  }

  /** This fault's own answer with {@code Retry-After} in seconds. */
  public Fault retryAfter(Duration wait) {
    return withHeader("Retry-After", Long.toString(wait.toSeconds()));
  }

  /** This fault's own answer with one more header. */
  public Fault withHeader(String name, String value) {
    Answer before =
        answer.orElseThrow(() -> new IllegalStateException("The fault has no answer of its own"));
    Map<String, String> headers = new TreeMap<>(before.headers);
    headers.put(name, value);
    return new Fault(delay, Optional.of(new Answer(before.status, headers, before.body)), delivery);
  }
}
