package io.convexpowersync.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.storage.ClientRow;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The rows of a device in one line of text. */
final class DeviceView {
  private static final int LISTS_SHOWN = 6;

  static String line(TodoApp.User user, Collection<ClientRow> rows) {
    Map<String, String> names = new TreeMap<>();
    Map<String, Integer> open = new TreeMap<>();
    int todos = 0;
    int done = 0;
    for (ClientRow row : rows) {
      JsonNode data = Device.json(row.data());
      switch (row.table()) {
        case "lists" -> names.put(row.rowId(), name(user, data));
        case "todos" -> {
          todos++;
          done += data.path("done").asInt();
          open.merge(data.path("list_id").asText(), 1 - data.path("done").asInt(), Integer::sum);
        }
        default -> {}
      }
    }
    String lists =
        names.entrySet().stream()
            .limit(LISTS_SHOWN)
            .map(list -> list.getValue() + " " + open.getOrDefault(list.getKey(), 0))
            .collect(Collectors.joining(", "));
    String more = names.size() > LISTS_SHOWN ? ", ..." : "";
    return "  %-5s %2d lists, %4d to-dos, %4d done; open: %s%s"
        .formatted(user.name(), names.size(), todos, done, lists, more);
  }

  /** A list of somebody else is marked. */
  private static String name(TodoApp.User user, JsonNode list) {
    String name = list.path("name").asText();
    return list.path("owner_id").asText().equals(user.id()) ? name : name + "*";
  }

  private DeviceView() {}
}
