package io.convexpowersync.storage;

/** The storage cannot do what was asked. The message says what, where, and what to do. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. */
  public enum Kind {
    /** The same call may succeed later: connection lost, deadlock, serialization failure. */
    TRANSIENT,
    /** The lease or the stream's state was lost: stop writing this stream. */
    FENCED,
    /** Schema, versions, plan, privileges: a person has to change something. */
    CONFIGURATION
  }

  private final Kind kind;

  public StorageException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StorageException(Kind kind, String message) {
    this(kind, message, null);
  }

  public Kind kind() {
    return kind;
  }
}
