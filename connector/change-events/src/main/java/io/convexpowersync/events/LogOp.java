package io.convexpowersync.events;

/** The {@code op} field of a record of the log topic. */
enum LogOp {
  SNAPSHOT_ROW("r"),
  UPSERT("u"),
  DELETE("d"),
  TRUNCATE("t"),
  MARKER("m");

  private final String code;

  LogOp(String code) {
    this.code = code;
  }

  String code() {
    return code;
  }

  static LogOp parse(String code) {
    for (LogOp op : values()) {
      if (op.code.equals(code)) {
        return op;
      }
    }
    throw new InvalidLogRecordException(
        "Unknown op \"" + code + "\" in a log record: expected r, u, d, t or m");
  }
}
