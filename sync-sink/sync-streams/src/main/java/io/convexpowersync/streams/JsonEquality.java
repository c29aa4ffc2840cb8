package io.convexpowersync.streams;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Deep equality of JSON values, as the Service's parser decides whether a repeated member may stay:
 * the order of members does not matter, integers and reals differ, zeros do not, and an array
 * beside an object counts as an object with its indexes.
 */
final class JsonEquality {
  private JsonEquality() {}

  static boolean equal(Json a, Json b) {
    if (a instanceof Json.Array first && b instanceof Json.Array second) {
      return equalItems(first.items(), second.items());
    }
    if (isContainer(a) && isContainer(b)) {
      return equalMembers(members(a), members(b));
    }
    if (a instanceof Value.Real first && b instanceof Value.Real second) {
      return first.value() == second.value();
    }
    return a.equals(b);
  }

  private static boolean equalItems(List<Json> a, List<Json> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalMembers(Map<String, Json> a, Map<String, Json> b) {
    if (!a.keySet().equals(b.keySet())) {
      return false;
    }
    for (Map.Entry<String, Json> member : a.entrySet()) {
      if (!equal(member.getValue(), b.get(member.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isContainer(Json json) {
    return json instanceof Json.Array || json instanceof Json.Obj;
  }

  private static Map<String, Json> members(Json container) {
    if (container instanceof Json.Obj object) {
      return object.members();
    }
    Map<String, Json> members = new HashMap<>();
    if (container instanceof Json.Array array) {
      for (Json item : array.items()) {
        members.put(Integer.toString(members.size()), item);
      }
    }
    return members;
  }
}
