package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;
import java.util.List;
import java.util.stream.Collectors;

/** Shows problems of a sync config the way compilers do: file, line, column, the line, a caret. */
public final class ProblemReport {
  private static final String WARNING = "warning";
  private static final int SHOWN_COLUMNS = 120;
  private static final int SHOWN_BEFORE = 60;

  private ProblemReport() {}

  /**
   * @param file what to call the config
   * @param yaml its text
   */
  public static String of(String file, String yaml, List<Problem> problems) {
    return problems.stream()
        .map(problem -> of(file, yaml, problem))
        .collect(Collectors.joining("\n"));
  }

  /** A warning of the config as a whole, which has no place in it. */
  public static String ofWhole(String file, String warning) {
    return "%s: %s: %s".formatted(file, WARNING, warning);
  }

  private static String of(String file, String yaml, Problem problem) {
    Span span = problem.span();
    int start = Math.min(span.start(), yaml.length());
    int lineStart = yaml.lastIndexOf('\n', start - 1) + 1;
    int lineEnd = yaml.indexOf('\n', start) < 0 ? yaml.length() : yaml.indexOf('\n', start);
    long line = yaml.substring(0, lineStart).chars().filter(c -> c == '\n').count() + 1;
    String level = problem.isFatal() ? "error" : WARNING;
    String head =
        "%s:%d:%d: %s: %s".formatted(file, line, start - lineStart + 1, level, problem.message());
    int from = Math.max(lineStart, start - SHOWN_BEFORE);
    int to = Math.min(lineEnd, from + SHOWN_COLUMNS);
    int marked = Math.max(1, Math.min(span.end(), to) - start);
    String text = yaml.substring(from, to).replace('\t', ' ').stripTrailing();
    return head + "\n  " + text + "\n  " + " ".repeat(start - from) + "^".repeat(marked);
  }
}
