package io.convexpowersync.streams.compiler;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What an expression depends on: nothing, the request, or the rows of one source. A function that
 * multiplies the rows of a table goes with that table, and then counts as the source.
 */
record Dependency(Kind kind, RowSource source) {
  static final Dependency NONE = new Dependency(Kind.NOTHING, null);
  static final Dependency REQUEST = new Dependency(Kind.REQUEST, null);

  /** The kinds of dependencies. */
  enum Kind {
    NOTHING,
    REQUEST,
    ROWS
  }

  static Dependency on(RowSource source) {
    return new Dependency(Kind.ROWS, source);
  }

  /**
   * @param onConflict called with an input that does not go with what came before it
   * @return empty if the inputs do not go together
   */
  static Optional<Dependency> of(
      PlanExpression expression, BiConsumer<Dependency, PlanExpression.Data> onConflict) {
    Collector collector = new Collector(onConflict);
    expression.forEachInput(collector::add);
    return collector.conflict ? Optional.empty() : Optional.of(collector.all);
  }

  /** Of an expression whose inputs are known to go together. */
  static Dependency of(PlanExpression expression) {
    return of(expression, (dependency, data) -> {}).orElseThrow();
  }

  static Dependency of(PlanExpression.Input input) {
    if (input instanceof PlanExpression.Input.Column column) {
      return on(column.source());
    }
    return input instanceof PlanExpression.Input.Metadata metadata
        ? on(metadata.source())
        : REQUEST;
  }

  boolean isRows() {
    return kind == Kind.ROWS;
  }

  /** The table whose rows these are; the function itself where the request evaluates it. */
  RowSource processor() {
    return source.table().<RowSource>map(table -> table).orElse(source);
  }

  /** Both together; empty if they do not go together. */
  Optional<Dependency> with(Dependency other) {
    if (kind == Kind.NOTHING || equals(other)) {
      return Optional.of(other);
    }
    if (other.kind == Kind.NOTHING) {
      return Optional.of(this);
    }
    if (kind == Kind.REQUEST || other.kind == Kind.REQUEST) {
      return Optional.empty();
    }
    return multiplied(other.source, source)
        ? Optional.of(other)
        : Optional.of(this).filter(me -> multiplied(source, other.source));
  }

  /** Whether the one is a function that multiplies the rows of the other. */
  private static boolean multiplied(RowSource one, RowSource other) {
    if (one instanceof RowSource.Function function && other instanceof RowSource.Table table) {
      function.attachTo(table);
      return function.table().filter(t -> t == table).isPresent();
    }
    return false;
  }

  private static final class Collector {
    private final BiConsumer<Dependency, PlanExpression.Data> onConflict;
    private Dependency all = NONE;
    private boolean conflict;

    Collector(BiConsumer<Dependency, PlanExpression.Data> onConflict) {
      this.onConflict = onConflict;
    }

    void add(PlanExpression.Data data) {
      Optional<Dependency> together = all.with(of(data.input()));
      if (together.isPresent()) {
        all = together.get();
      } else {
        conflict = true;
        onConflict.accept(all, data);
      }
    }
  }
}
