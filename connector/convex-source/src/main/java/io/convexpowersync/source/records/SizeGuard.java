package io.convexpowersync.source.records;

import io.convexpowersync.events.Change;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the size of documents before they become records. When the producer finds that a record
 * is too large, it fails the task without saying which document it was, and the task is not asked.
 *
 * <p>One thread checks; any may ask for the count.
 */
public final class SizeGuard implements SkippedRecords {
  private static final Logger LOG = LoggerFactory.getLogger(SizeGuard.class);

  /** Kafka's default for {@code max.request.size}. */
  private static final long PRODUCERS_STANDARD = 1_048_576;

  private static final int MOST_BYTES_OF_A_CHAR = 3;

  private final SizeLimit limit;
  private final long looksClosely;
  private final AtomicLong skipped = new AtomicLong();
  private long largestWarned;

  public SizeGuard(SizeLimit limit) {
    this.limit = limit;
    this.looksClosely = limit.maxBytes().orElse(PRODUCERS_STANDARD);
  }

  /**
   * Whether the change may be written.
   *
   * @throws ConnectException when it may not, and must not be left out
   */
  public boolean accepts(Change change) {
    // Most documents are far from the limit, and need not be measured.
    if (!(change instanceof Change.Upsert upsert)
        || (long) upsert.document().length() * MOST_BYTES_OF_A_CHAR <= looksClosely) {
      return true;
    }
    long bytes = upsert.document().getBytes(StandardCharsets.UTF_8).length;
    if (bytes <= looksClosely) {
      return true;
    }
    if (limit.maxBytes().isEmpty()) {
      warn(upsert, bytes);
      return true;
    }
    if (!limit.skip()) {
      throw tooLarge(upsert, bytes);
    }
    leaveOut(upsert, bytes);
    return false;
  }

  private void warn(Change.Upsert change, long bytes) {
    if (bytes > largestWarned) {
      largestWarned = bytes;
      LOG.warn(
          "Document {} of {}, commit {}, has {} bytes. If the producer refuses it (its"
              + " max.request.size is {} by default), the task fails; then raise"
              + " producer.override.max.request.size and the topics' max.message.bytes",
          change.id(),
          change.table(),
          change.commitTs(),
          bytes,
          PRODUCERS_STANDARD);
    }
  }

  private void leaveOut(Change.Upsert change, long bytes) {
    skipped.incrementAndGet();
    LOG.warn(
        "Left out: document {} of {}, commit {}, has {} bytes, and the limit is {}"
            + " (record.max.bytes). Its topic keeps the version before, if there is one",
        change.id(),
        change.table(),
        change.commitTs(),
        bytes,
        looksClosely);
  }

  private ConnectException tooLarge(Change.Upsert change, long bytes) {
    return new ConnectException(
        ("Document %s of %s, commit %d, has %d bytes as JSON text, and the limit is %d. Raise"
                + " record.max.bytes, producer.override.max.request.size and the topics'"
                + " max.message.bytes. If only table topics are written,"
                + " record.too.large.handling=skip leaves such documents out")
            .formatted(change.id(), change.table(), change.commitTs(), bytes, looksClosely));
  }

  @Override
  public long count() {
    return skipped.get();
  }
}
