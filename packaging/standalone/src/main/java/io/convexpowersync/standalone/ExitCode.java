package io.convexpowersync.standalone;

/** Exit codes of the process. A signal gives 128 + its number, as usual. */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** It ran and then failed, or the verifier found a difference. */
  public static final int FAILED = 1;

  /**
   * Refused at the start: command line, configuration, keys, reachability, versions. Nothing was
   * written.
   */
  public static final int REFUSED = 2;

  private ExitCode() {}
}
