package io.convexpowersync.standalone.config;

/** Text that is never printed: {@link #toString} hides it. */
public final class Secret {
  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /** The secret itself. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "[hidden]";
  }
}
