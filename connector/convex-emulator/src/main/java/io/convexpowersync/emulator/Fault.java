package io.convexpowersync.emulator;

import java.time.Duration;
import java.util.Optional;

/**
 * What goes wrong with one request.
 *
 * @param delay wait this long before anything else
 * @param status answer with this status and {@code body} instead of doing the work
 * @param body body of that answer; may be empty
 * @param cutAfter send only this many bytes of the body, then close the connection
 */
public record Fault(
    Duration delay, Optional<Integer> status, String body, Optional<Long> cutAfter) {
  /** Nothing goes wrong. */
  public static final Fault NONE = new Fault(Duration.ZERO, Optional.empty(), "", Optional.empty());

  /** The given answer instead of the real one. */
  public static Fault status(int status, String body) {
    return new Fault(Duration.ZERO, Optional.of(status), body, Optional.empty());
  }

  /** An error of the catalogue. */
  public static Fault error(int status, String code) {
    return status(status, "{\"code\":\"" + code + "\",\"message\":\"injected\"}");
  }

  /** The real answer, late. */
  public static Fault delayed(Duration delay) {
    return new Fault(delay, Optional.empty(), "", Optional.empty());
  }

  /** The real answer, cut off inside the body. */
  public static Fault cutBody(long afterBytes) {
    return new Fault(Duration.ZERO, Optional.empty(), "", Optional.of(afterBytes));
  }

  /** This fault, late. */
  public Fault after(Duration wait) {
    return new Fault(wait, status, body, cutAfter);
  }
}
