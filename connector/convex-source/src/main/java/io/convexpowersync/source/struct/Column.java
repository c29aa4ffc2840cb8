package io.convexpowersync.source.struct;

/**
 * A field of a schema.
 *
 * @param name its name in the schema
 * @param key the key in documents whose values it holds
 * @param type what it holds; {@code JSON} if it takes the values that do not fit elsewhere
 */
record Column(String name, String key, Type type) {
  boolean isText() {
    return type == Type.Scalar.JSON;
  }

  int size() {
    return 1 + type.size();
  }
}
