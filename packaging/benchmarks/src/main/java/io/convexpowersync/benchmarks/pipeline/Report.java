package io.convexpowersync.benchmarks.pipeline;

import java.util.Locale;

/** The table that is printed. */
final class Report {
  private static final double MICROSECONDS = 1e6;

  static void header() {
    System.out.printf(
        "%-36s %9s %8s %9s | %8s %8s %8s | %8s | %8s%n",
        "us of CPU per row",
        "rows",
        "wall s",
        "rows/s",
        "JVM",
        "of: JIT",
        "of: GC",
        "broker",
        "database");
  }

  static void line(String what, int rows, CpuTime used) {
    double perRow = MICROSECONDS / rows;
    System.out.printf(
        Locale.ROOT,
        "%-36s %,9d %8.2f %,9.0f | %8.1f %8.1f %8.1f | %8s | %8.1f%n",
        what,
        rows,
        used.wall(),
        rows / used.wall(),
        used.jvm() * perRow,
        used.compiler() * perRow,
        used.collector() * perRow,
        used.broker() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", used.broker() * perRow),
        used.postgres() * perRow);
  }

  static void note(String text) {
    System.out.println("  " + text);
  }

  private Report() {}
}
