package io.convexpowersync.source;

import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.TransactionContext;

/** The one task of a source: a shell around a {@link RunningSource}. */
public final class ConvexSourceTask extends SourceTask {
  private final Supplier<SourceEnvironment> environments;
  private volatile RunningSource running;

  /** As Connect does. */
  public ConvexSourceTask() {
    this(SourceEnvironment::real);
  }

  ConvexSourceTask(Supplier<SourceEnvironment> environments) {
    this.environments = environments;
  }

  @Override
  public String version() {
    return Version.get();
  }

  /** Makes no request: Connect does not retry a start that fails. */
  @Override
  public void start(Map<String, String> properties) {
    SourceConfig config = new SourceConfig(properties);
    StoredOffsets stored =
        new StoredOffsets(storedOffset(config), context.offsetStorageReader()::offset);
    running = new RunningSource(config, environments.get(), stored, commitPoint());
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return running.poll();
  }

  @Override
  public void stop() {
    RunningSource stopping = running;
    if (stopping != null) {
      stopping.close();
    }
  }

  private Optional<SourceOffset> storedOffset(SourceConfig config) {
    Map<String, Object> stored =
        context.offsetStorageReader().offset(SourcePartition.of(config.topics().prefix()));
    if (stored == null || stored.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SourceOffsetCodec.decode(stored));
    } catch (IllegalArgumentException e) {
      throw new ConnectException(
          ("The stored offset of %s cannot be read. %s. Correct it with"
                  + " PATCH /connectors/<name>/offsets, or delete it to start with a new snapshot")
              .formatted(config.topics().prefix(), e.getMessage()),
          e);
    }
  }

  /** With transaction.boundary=connector, every commit of the deployment is one transaction. */
  private Consumer<SourceRecord> commitPoint() {
    TransactionContext transactions = context.transactionContext();
    return transactions == null ? record -> {} : transactions::commitTransaction;
  }
}
