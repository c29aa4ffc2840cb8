package io.convexpowersync.streams.bucketdefinitions;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.sql.Span;

/** The text of a query and what is wrong with it. */
record QueryText(SqlText text, Problems problems) {

  void problem(Category category, Span span, String message) {
    problems.fatal(category, text.inYaml(span), message);
  }

  void problem(Category category, String message) {
    problems.fatal(category, text.whole(), message);
  }

  /** A problem that the Service gives no place. */
  void unplacedProblem(Category category, String message) {
    problems.fatal(category, text.unplaced(), message);
  }

  void warning(Span span, String message) {
    problems.warning(Category.LINT, text.inYaml(span), message);
  }

  /** The same text with problems of its own, to be added later. */
  QueryText apart() {
    return new QueryText(text, new Problems());
  }

  void addAll(QueryText other) {
    problems.addAll(other.problems);
  }
}
