package io.convexpowersync.source;

import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import java.util.Map;
import java.util.Optional;

/** Offsets as maps. Many records share one offset, so the newest map is kept. */
final class OffsetMaps {
  private SourceOffset newest;
  private Map<String, Object> map;

  /** The map to store; null before the first boundary, which Connect takes as no offset. */
  Map<String, Object> of(Optional<SourceOffset> offset) {
    if (offset.isEmpty()) {
      return null;
    }
    if (offset.get() != newest) {
      newest = offset.get();
      map = SourceOffsetCodec.encode(newest);
    }
    return map;
  }
}
