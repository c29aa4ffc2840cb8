package io.convexpowersync.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * What the PowerSync Service 1.25.0 created and wrote for known inputs. Data only, produced by
 * running it.
 */
final class GoldenFiles {
  static final ObjectMapper JSON = new ObjectMapper();

  private GoldenFiles() {}

  static JsonNode load(String name) {
    String resource = "/golden/" + name + ".json.gz";
    try (InputStream in =
        new GZIPInputStream(
            Objects.requireNonNull(GoldenFiles.class.getResourceAsStream(resource), resource))) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
