package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.sql.Span;
import java.util.List;
import java.util.function.Consumer;

/** An expression in the terms of a sync plan. Equal when it computes the same from the same. */
sealed interface PlanExpression {
  PlanExpression NULL = new Null();

  /** Calls back with each input, in order. */
  void forEachInput(Consumer<Data> action);

  /** Where values come from. */
  sealed interface Input {
    /** What it is called, wherever it comes from. */
    String name();

    /** A column of a table, or of a table-valued function. */
    record Column(RowSource source, String name) implements Input {}

    /**
     * What is known of a row besides its columns.
     *
     * @param kind {@code schema}, {@code table_name} or {@code table_suffix}
     */
    record Metadata(RowSource.Table source, String kind) implements Input {
      @Override
      public String name() {
        return "table." + kind;
      }
    }

    /**
     * Parameters of the client's request, as a JSON object.
     *
     * @param kind {@code auth}, {@code subscription} or {@code connection}
     */
    record Request(String kind) implements Input {
      @Override
      public String name() {
        return kind;
      }
    }
  }

  /**
   * An input.
   *
   * @param place where it is in the YAML; makes no difference
   */
  record Data(Input input, Span place) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      action.accept(this);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Data data && input.equals(data.input);
    }

    @Override
    public int hashCode() {
      return input.hashCode();
    }
  }

  /**
   * @param operator {@code not} or {@code +}
   */
  record Unary(String operator, PlanExpression operand) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      operand.forEachInput(action);
    }
  }

  /** An operator between two operands, in lower case. */
  record Binary(String operator, PlanExpression left, PlanExpression right)
      implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      left.forEachInput(action);
      right.forEachInput(action);
    }
  }

  /** BETWEEN. */
  record Between(PlanExpression value, PlanExpression low, PlanExpression high)
      implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      value.forEachInput(action);
      low.forEachInput(action);
      high.forEachInput(action);
    }
  }

  /** IN with the values listed. */
  record ScalarIn(PlanExpression target, List<PlanExpression> values) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      target.forEachInput(action);
      values.forEach(value -> value.forEachInput(action));
    }
  }

  /**
   * CASE.
   *
   * @param operand null when conditions stand alone
   * @param otherwise null without ELSE
   */
  record Case(PlanExpression operand, List<Branch> branches, PlanExpression otherwise)
      implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      if (operand != null) {
        operand.forEachInput(action);
      }
      for (Branch branch : branches) {
        branch.when().forEachInput(action);
        branch.then().forEachInput(action);
      }
      if (otherwise != null) {
        otherwise.forEachInput(action);
      }
    }
  }

  /** One WHEN of a CASE. */
  record Branch(PlanExpression when, PlanExpression then) {}

  /** CAST to one of SQLite's types. */
  record Cast(PlanExpression operand, String type) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      operand.forEachInput(action);
    }
  }

  /** A scalar function. */
  record Call(String function, List<PlanExpression> arguments) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {
      arguments.forEach(argument -> argument.forEachInput(action));
    }
  }

  /** NULL. */
  record Null() implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {}
  }

  /** A decimal number. */
  record Real(double value) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {}
  }

  /** A whole number, in digits. */
  record Int(String digits) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {}
  }

  /** A text. */
  record Text(String value) implements PlanExpression {
    @Override
    public void forEachInput(Consumer<Data> action) {}
  }
}
