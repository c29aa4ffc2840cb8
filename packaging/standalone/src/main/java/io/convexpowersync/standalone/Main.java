package io.convexpowersync.standalone;

/** Entry point of {@code convex-powersync}. */
public final class Main {
  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(CommandLineApp.create().execute(args));
  }

  private Main() {}
}
