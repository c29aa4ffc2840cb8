package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;

/**
 * Something wrong or doubtful in a sync config.
 *
 * @param span where it is in the YAML, in UTF-16 units
 * @param message what it is, and what to write instead
 */
public record Problem(Level level, Category category, Span span, String message) {

  /** How bad it is. */
  public enum Level {
    /** The config cannot be deployed. */
    FATAL,
    /** The config works, perhaps not as its author expects. */
    WARNING
  }

  /** What it is about. */
  public enum Category {
    /** Not YAML. */
    YAML_SYNTAX,
    /** YAML of another structure than a sync config's. */
    YAML_STRUCTURE,
    /** Editions and options. */
    CONFIG,
    /** Legal, but probably not meant. */
    LINT,
    /** A constant expression that fails. */
    EVALUATION,
    /** Not SQL. */
    SQL_SYNTAX,
    /** Another statement than SELECT. */
    SQL_STATEMENT,
    /** SQL that sync configs do not have. */
    SQL_UNSUPPORTED,
    /** A name that means nothing, or a function called wrongly. */
    SQL_REFERENCE,
    /** A query that selects the wrong things. */
    SQL_SHAPE,
    /** A condition that mixes rows and parameters in a way that cannot be indexed. */
    SQL_DEPENDENCIES
  }

  public boolean isFatal() {
    return level == Level.FATAL;
  }
}
