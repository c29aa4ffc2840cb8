package io.convexpowersync.emulator;

/** What a deployment holds when it starts. */
public sealed interface EmulatorData {
  /** Nothing. */
  record Empty() implements EmulatorData {}

  /**
   * Documents of one table of the root component, the same ones for the same numbers.
   *
   * @param table its name
   * @param documents how many
   * @param bytes about how many bytes of JSON each has
   * @param seed of ids and contents
   */
  record Generated(String table, long documents, int bytes, long seed) implements EmulatorData {
    /** The smallest document that can be generated, in bytes of JSON. */
    public static final int MIN_BYTES = 160;

    public Generated {
      if (documents < 0 || bytes < MIN_BYTES) {
        throw new IllegalArgumentException(
            "Generated data needs documents >= 0 and bytes >= " + MIN_BYTES);
      }
    }

    public Generated(long documents, int bytes) {
      this("documents", documents, bytes, 1);
    }
  }
}
