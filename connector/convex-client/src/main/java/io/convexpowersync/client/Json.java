package io.convexpowersync.client;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;

/** How this module reads and writes JSON. */
final class Json {
  /**
   * Errors quote nothing of the input, which is data. Keys may be data, too: they are not interned,
   * and many unlike ones are no attack.
   */
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .errorReportConfiguration(
              ErrorReportConfiguration.builder()
                  .maxErrorTokenLength(0)
                  .maxRawContentLength(0)
                  .build())
          .build();

  /** For small answers without numbers that matter. */
  static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

  private Json() {}
}
