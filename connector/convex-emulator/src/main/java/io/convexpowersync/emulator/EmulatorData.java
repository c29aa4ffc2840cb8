package io.convexpowersync.emulator;

import java.nio.file.Path;

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
    public static final int MIN_BYTES = 170;

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

  /**
   * A ZIP as {@code npx convex export} writes it, the folder that it unpacks to, or a folder of
   * {@code <table>.jsonl} files.
   *
   * <p>Tables of components are below {@code _components/<name>/}, as in the export. In {@code
   * <table>/documents.jsonl}, which the export writes, {@code 42} is an Int64 and {@code 42.0} a
   * Float64. In {@code <table>.jsonl}, which people write, every number is a Float64, as for {@code
   * npx convex import}. Documents without {@code _id} get one. System tables are ignored.
   */
  record Files(Path path) implements EmulatorData {}
}
