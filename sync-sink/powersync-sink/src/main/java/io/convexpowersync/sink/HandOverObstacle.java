package io.convexpowersync.sink;

import io.convexpowersync.sink.log.LogBinding;
import io.convexpowersync.sink.log.Step;
import java.util.List;
import java.util.Optional;

/**
 * Why a stream that has read the whole log cannot take over.
 *
 * @param reason for people
 * @param lasting whether somebody has to do something
 */
record HandOverObstacle(String reason, boolean lasting) {
  /**
   * @param stream the stream that is built
   * @param live the log that the live stream belongs to
   */
  static Optional<HandOverObstacle> find(RunningStream stream, Optional<LogBinding> live) {
    Optional<LogBinding> mine = stream.protocol().state().binding();
    if (mine.isPresent() && live.isPresent() && !mine.equals(live)) {
      return lasting(
          "it was read from the log of deployment \""
              + mine.get().deployment()
              + "\" (topic prefix \""
              + mine.get().name()
              + "\"), and the live stream's is \""
              + live.get().deployment()
              + "\" (topic prefix \""
              + live.get().name()
              + "\"). Read both from the same brokers and topic");
    }
    Optional<Step> obstacle = stream.protocol().obstacle();
    if (obstacle.isPresent() && obstacle.get() instanceof Step.Hold hold) {
      return Optional.of(new HandOverObstacle(hold.reason(), false));
    } else if (obstacle.isPresent() && obstacle.get() instanceof Step.Refuse refuse) {
      return lasting(refuse.reason());
    }
    return missingTables(stream);
  }

  private static Optional<HandOverObstacle> missingTables(RunningStream stream) {
    List<String> missing = stream.missingTables();
    return missing.isEmpty()
        ? Optional.empty()
        : lasting(
            "its sync config reads "
                + missing
                + ", which the log does not have. Let the source capture it (table.include.list,"
                + " table.exclude.list); if the deployment has no such table yet, write its first"
                + " document; or deploy a config without it");
  }

  private static Optional<HandOverObstacle> lasting(String reason) {
    return Optional.of(new HandOverObstacle(reason, true));
  }
}
