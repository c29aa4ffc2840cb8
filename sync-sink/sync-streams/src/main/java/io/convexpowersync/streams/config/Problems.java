package io.convexpowersync.streams.config;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problem.Level;
import io.convexpowersync.streams.sql.Span;
import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that one run finds them all. For one thread. */
public final class Problems {
  /** Where a problem is that has no place. */
  static final Span NOWHERE = new Span(0, 10);

  private final List<Problem> all = new ArrayList<>();

  public void fatal(Category category, Span span, String message) {
    all.add(new Problem(Level.FATAL, category, span, message));
  }

  public void warning(Category category, Span span, String message) {
    all.add(new Problem(Level.WARNING, category, span, message));
  }

  /** Adds what was collected elsewhere. */
  public void addAll(Problems others) {
    all.addAll(others.all);
  }

  public boolean anyFatal() {
    return all.stream().anyMatch(Problem::isFatal);
  }

  public List<Problem> all() {
    return List.copyOf(all);
  }
}
