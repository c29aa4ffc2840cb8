package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.sql.Span;
import java.util.List;
import java.util.Optional;

/**
 * Something in a FROM clause that has rows of its own. Two mentions of one table are two sources:
 * identity is what counts.
 */
abstract sealed class RowSource {
  private final Span place;

  private RowSource(Span place) {
    this.place = place;
  }

  /** Where it is in the YAML. */
  Span place() {
    return place;
  }

  /** What messages call it. */
  abstract String name();

  /** The table whose rows this reads; empty for a function that reads none. */
  abstract Optional<Table> table();

  /** A source table, or several that a pattern names. */
  static final class Table extends RowSource {
    private final String connection;
    private final String schema;
    private final String pattern;
    private final String alias;

    /**
     * @param connection tag, null when the schema is
     * @param schema null for the default schema
     * @param alias null when there is none
     */
    Table(Span place, String connection, String schema, String pattern, String alias) {
      super(place);
      this.connection = connection;
      this.schema = schema;
      this.pattern = pattern;
      this.alias = alias;
    }

    String connection() {
      return connection;
    }

    String schema() {
      return schema;
    }

    String pattern() {
      return pattern;
    }

    boolean isWildcard() {
      return pattern.endsWith("%");
    }

    /** The table that clients see; empty when it is named like the row's. */
    Optional<String> outputName() {
      return alias != null ? Optional.of(alias) : Optional.of(pattern).filter(p -> !isWildcard());
    }

    @Override
    String name() {
      return alias != null ? alias : pattern;
    }

    @Override
    Optional<Table> table() {
      return Optional.of(this);
    }
  }

  /** The kinds of arguments that a table-valued function has. */
  enum Inputs {
    CONSTANT,
    REQUEST,
    TABLE
  }

  /**
   * A call of a table-valued function. With arguments from a table it multiplies the rows of that
   * table; with constant ones those of the first table that it is compared with; else the request
   * evaluates it.
   */
  static final class Function extends RowSource {
    private final String name;
    private final List<PlanExpression> arguments;
    private final Inputs inputs;
    private Table table;

    /**
     * @param table the table of the arguments, null when they have none
     */
    Function(Span place, String name, List<PlanExpression> arguments, Inputs inputs, Table table) {
      super(place);
      this.name = name;
      this.arguments = List.copyOf(arguments);
      this.inputs = inputs;
      this.table = table;
    }

    List<PlanExpression> arguments() {
      return arguments;
    }

    Inputs inputs() {
      return inputs;
    }

    /** Makes a function of constants multiply the rows of a table, the first one that asks. */
    void attachTo(Table other) {
      if (inputs == Inputs.CONSTANT && table == null) {
        table = other;
      }
    }

    @Override
    String name() {
      return name;
    }

    @Override
    Optional<Table> table() {
      return Optional.ofNullable(table);
    }
  }
}
