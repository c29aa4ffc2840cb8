package io.convexpowersync.standalone.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * The engine's offset store: answers from the place that the sink stored in its own transactions,
 * and stores nothing, because the sink has done it already.
 *
 * <p>The engine makes the instance from the class name, so the place comes through a registry,
 * under a name that the engine's configuration holds.
 */
public final class SinkOffsetStore extends MemoryOffsetBackingStore {
  static final String NAME_CONFIG = "sink.offset.store.name";

  private static final Map<String, Supplier<Optional<Map<String, Object>>>> PLACES =
      new ConcurrentHashMap<>();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Supplier<Optional<Map<String, Object>>> place;

  /** Makes a place known until it is {@linkplain #unregister forgotten}, and returns its name. */
  static String register(Supplier<Optional<Map<String, Object>>> place) {
    String name = UUID.randomUUID().toString();
    PLACES.put(name, place);
    return name;
  }

  static void unregister(String name) {
    PLACES.remove(name);
  }

  @Override
  public void configure(WorkerConfig config) {
    String name = config.originalsStrings().get(NAME_CONFIG);
    place = PLACES.get(name);
    if (place == null) {
      throw new IllegalStateException("No sink is registered under " + NAME_CONFIG + "=" + name);
    }
  }

  @Override
  public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
    Map<ByteBuffer, ByteBuffer> values = new HashMap<>();
    // One source with one task: every key is its one partition.
    place
        .get()
        .ifPresent(offset -> keys.forEach(key -> values.put(key, ByteBuffer.wrap(json(offset)))));
    return CompletableFuture.completedFuture(values);
  }

  private static byte[] json(Map<String, Object> offset) {
    try {
      return JSON.writeValueAsBytes(offset);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An offset holds texts and numbers only", e);
    }
  }

  /** Only a Connect worker's REST interface asks. */
  @Override
  public Set<Map<String, Object>> connectorPartitions(String connectorName) {
    return Set.of();
  }

  @Override
  public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
    callback.onCompletion(null, null);
    return CompletableFuture.completedFuture(null);
  }
}
