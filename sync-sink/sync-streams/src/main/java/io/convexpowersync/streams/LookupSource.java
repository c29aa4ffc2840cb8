package io.convexpowersync.streams;

import java.util.List;
import java.util.function.Consumer;

/** Turns source rows into parameter lookups: which result rows a row answers under which key. */
sealed interface LookupSource permits ParameterIndex, ParameterQuery {

  /** The tables that it takes rows of. */
  TablePattern pattern();

  /** Names the source in errors and explanations. */
  String name();

  /**
   * @throws EvaluationException if the row cannot be evaluated; it then yields nothing
   */
  List<Lookup> evaluate(Row row, SourceTable table);

  /**
   * Says why a row answers nothing.
   *
   * @throws EvaluationException if the row cannot be evaluated
   */
  void explain(Row row, SourceTable table, Consumer<String> reasons);
}
