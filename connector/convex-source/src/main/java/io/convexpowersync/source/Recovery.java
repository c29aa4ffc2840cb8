package io.convexpowersync.source;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexException;
import io.convexpowersync.source.stream.ChangeStream;
import io.convexpowersync.source.stream.Request;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a failed request means for the task: another attempt, a new snapshot, or the end with a
 * message that names the remedy. Used by one thread.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final String RESTART =
      "Restart the task when the deployment can be reached: it goes on where it was.";
  private static final String NEW_SNAPSHOT =
      "Either set snapshot.mode=when_needed and restart the task, which then takes one by"
          + " itself; or stop the connector, delete its offsets (DELETE"
          + " /connectors/<name>/offsets), and start it.";

  private static final String AHEAD = "SnapshotTooNew";
  private static final String NEW_PREFIX =
      "Check deployment.url; if it is right, delete the connector's offsets and use a new"
          + " topic.prefix, so that consumers start with the new snapshot.";

  private final ConvexDeployment deployment;
  private final ChangeStream stream;
  private final RetryBudget retries;
  private final StopSignal stop;

  Recovery(ConvexDeployment deployment, ChangeStream stream, RetryBudget retries, StopSignal stop) {
    this.deployment = deployment;
    this.stream = stream;
    this.retries = retries;
    this.stop = stop;
  }

  /**
   * After a failure, when the stream has let go of its page.
   *
   * @throws ConnectException when the task cannot go on; the message says what to do
   */
  void failed(ConvexException failure) {
    switch (failure.kind()) {
      case TRANSIENT, POSITION_DOUBTFUL -> {
        if (!retries.failed(failure)) {
          budgetSpent(failure);
        }
      }
      case POSITION_LOST -> startOver(failure, "");
      case CLOSED -> {
        if (!stop.isSet()) {
          throw new ConnectException(failure.getMessage(), failure);
        }
      }
      default -> throw new ConnectException(failure.getMessage(), failure);
    }
  }

  private void budgetSpent(ConvexException failure) {
    if (failure.kind() == ConvexException.Kind.POSITION_DOUBTFUL && onlyThePositionFails()) {
      String why = " The deployment answers other requests, so the position is lost.";
      startOver(failure, " " + retries.spent() + why);
      return;
    }
    throw new ConnectException(
        "%s %s %s".formatted(failure.getMessage(), retries.spent(), RESTART), failure);
  }

  /** The first page of a snapshot is read at the head, so its position cannot be lost. */
  private boolean onlyThePositionFails() {
    Request request = stream.request();
    boolean old =
        request instanceof Request.DeltaPage
            || request instanceof Request.SnapshotPage snapshot && snapshot.page().isPresent();
    if (!old) {
      return false;
    }
    try {
      deployment.headTimestamp();
      return true;
    } catch (ConvexException e) {
      return false;
    }
  }

  private void startOver(ConvexException failure, String tried) {
    if (!stream.positionLost()) {
      throw new ConnectException(
          "%s%s %s".formatted(failure.getMessage(), tried, remedy(failure)), failure);
    }
    LOG.warn(
        "{}{} Starting over with a new snapshot, as snapshot.mode=when_needed says",
        failure.getMessage(),
        tried);
    if (!tried.isEmpty()) {
      retries.reset();
    }
    // With the pauses of a retry: a deployment that loses every position must not be hammered.
    if (!retries.plan(failure)) {
      throw new ConnectException(
          "%s %s %s".formatted(failure.getMessage(), retries.spent(), RESTART), failure);
    }
  }

  private static String remedy(ConvexException failure) {
    return failure.code().filter(AHEAD::equals).isPresent() ? NEW_PREFIX : NEW_SNAPSHOT;
  }
}
