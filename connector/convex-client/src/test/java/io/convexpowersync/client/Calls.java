package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests ask of calls. */
final class Calls {
  private Calls() {}

  /** The failure of a call that must fail. */
  static ConvexException failure(ThrowingCallable call) {
    return catchThrowableOfType(ConvexException.class, call);
  }
}
