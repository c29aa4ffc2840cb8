package io.convexpowersync.standalone.run;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debezium's embedded engine on a thread of its own. It may not be closed while it starts tasks, so
 * {@link #close} waits until it polls or has ended.
 */
final class SourceEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceEngine.class);
  private static final long STOP_SECONDS = 30;

  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final Thread thread;
  private final CountDownLatch pollingOrEnded = new CountDownLatch(1);

  /**
   * @param ended called once when the engine has stopped, with the reason if it failed
   */
  SourceEngine(
      Properties config,
      ChangeConsumer<RecordChangeEvent<SourceRecord>> consumer,
      Consumer<Optional<Throwable>> ended) {
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(config)
            .using(
                new DebeziumEngine.ConnectorCallback() {
                  @Override
                  public void pollingStarted() {
                    pollingOrEnded.countDown();
                  }
                })
            .using(
                (success, message, error) -> {
                  pollingOrEnded.countDown();
                  ended.accept(success ? Optional.empty() : Optional.of(reason(message, error)));
                })
            .notifying(consumer)
            .build();
    this.thread = new Thread(engine, "engine");
  }

  private static Throwable reason(String message, Throwable error) {
    return error == null ? new IllegalStateException(message) : error;
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      if (!pollingOrEnded.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The engine is still starting; it is left alone");
        return;
      }
      stop();
      thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      LOG.warn("Interrupted while the engine stops; it is left alone");
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    try {
      engine.close();
    } catch (IllegalStateException e) {
      LOG.debug("The engine has stopped already", e);
    } catch (IOException e) {
      LOG.warn("The engine did not stop in an orderly way: {}", e.getMessage());
    }
  }
}
