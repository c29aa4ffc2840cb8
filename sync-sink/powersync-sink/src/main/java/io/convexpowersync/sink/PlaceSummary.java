package io.convexpowersync.sink;

import io.convexpowersync.events.Position;
import java.util.Optional;

/**
 * What a stream's stored place says, for people.
 *
 * @param deployment the deployment that it was built from; empty before its first record
 * @param published position that it has published
 * @param reached position up to which it has consumed the log
 * @param input where it goes on to read, as text; empty before its first record
 * @param snapshotRows rows of the running snapshots; empty when none is running
 */
public record PlaceSummary(
    Optional<String> deployment,
    Position published,
    Position reached,
    Optional<String> input,
    Optional<Long> snapshotRows) {

  /**
   * Reads a stored place.
   *
   * @throws io.convexpowersync.storage.StorageException when another version wrote it
   */
  public static PlaceSummary of(String place) {
    StoredPlace stored = StoredPlaceCodec.decode(place);
    long rows = stored.snapshotRows().values().stream().mapToLong(Long::longValue).sum();
    return new PlaceSummary(
        stored.log().binding().map(binding -> binding.deployment()),
        stored.log().published(),
        stored.log().reached(),
        stored.input().map(PlaceSummary::text),
        stored.log().snapshots().isEmpty() ? Optional.empty() : Optional.of(rows));
  }

  private static String text(InputPlace input) {
    return input instanceof InputPlace.Topic topic
        ? topic.topic() + " offset " + topic.nextOffset()
        : "the deployment";
  }
}
