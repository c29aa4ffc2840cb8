package io.convexpowersync.streams;

import java.util.List;

/**
 * The path of {@code ->}, {@code ->>} and the {@code json_} functions: members, array indexes and
 * {@code length}, one after the other. There is no bracket syntax.
 */
final class JsonPath {
  private JsonPath() {}

  /**
   * What the path leads to.
   *
   * @return null if there is nothing
   */
  static Json resolve(Json root, String path, boolean fixedJsonExtract) {
    boolean dollar = path.startsWith("$");
    if (!dollar && fixedJsonExtract) {
      return step(root, path);
    }
    Json found = root;
    int from = 0;
    boolean skip = dollar;
    while (from <= path.length() && found != null) {
      int dot = path.indexOf('.', from);
      int end = dot < 0 ? path.length() : dot;
      if (!skip) {
        found = step(found, path.substring(from, end));
      }
      skip = false;
      from = end + 1;
    }
    return found;
  }

  /** A null is where a path ends, whatever follows. */
  private static Json step(Json value, String name) {
    if (value == Value.NULL) {
      return value;
    }
    if (value instanceof Json.Obj object) {
      return object.members().get(name);
    }
    if (value instanceof Json.Array array) {
      List<Json> items = array.items();
      return element(items.size(), name)
          ? items.get(Integer.parseInt(name))
          : length(items.size(), name);
    }
    if (value instanceof Value.Text text) {
      String units = text.value();
      return element(units.length(), name)
          ? new Value.Text(units.substring(Integer.parseInt(name), Integer.parseInt(name) + 1))
          : length(units.length(), name);
    }
    return null;
  }

  private static boolean element(int size, String name) {
    return MemberOrder.isIndex(name) && Long.parseLong(name) < size;
  }

  private static Json length(int length, String name) {
    return name.equals("length") ? new Value.Real(length) : null;
  }
}
