package io.convexpowersync.standalone.demo;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.DocumentTransaction;
import io.convexpowersync.emulator.TablePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The backend of a small to-do app, and the people who use it. The same seed gives the same
 * mutations in the same order. Not thread-safe.
 */
public final class TodoApp {
  static final TablePath USERS = TablePath.root("users");
  static final TablePath LISTS = TablePath.root("lists");
  static final TablePath MEMBERS = TablePath.root("list_members");
  static final TablePath TODOS = TablePath.root("todos");

  private static final List<String> NAMES = List.of("Ada", "Ben", "Cleo", "Dev");
  private static final List<String> SUBJECTS =
      List.of("Groceries", "Work", "Garden", "Books", "Trip", "House");
  private static final List<String> VERBS = List.of("Buy", "Find", "Call about", "Fix", "Return");
  private static final List<String> THINGS =
      List.of("milk", "the ladder", "tickets", "a lamp", "the printer", "seeds", "paint");
  private static final int LISTS_PER_USER = 3;
  private static final int TODOS_OF_A_NEW_LIST = 3;

  /**
   * Someone who uses the app.
   *
   * @param id {@code _id} in the table users, and the subject of the device's token
   */
  public record User(String id, String name) {}

  private final ConvexEmulator deployment;
  private final Random random;
  private final List<User> users = new ArrayList<>();
  private final List<String> lists = new ArrayList<>();
  private final List<String> memberships = new ArrayList<>();
  private final List<String> todos = new ArrayList<>();

  /** Nothing is committed yet. */
  public TodoApp(ConvexEmulator deployment, long seed) {
    this.deployment = deployment;
    this.random = new Random(seed);
  }

  /** Commits users, lists, and as many todos as asked for. */
  public void fill(int todoCount) {
    deployment.commit(db -> NAMES.forEach(name -> users.add(newUser(db, name))));
    for (int i = 0; i < LISTS_PER_USER * users.size(); i++) {
      User owner = users.get(i % users.size());
      deployment.commit(db -> newList(db, owner));
    }
    for (int i = 0; i < users.size(); i++) {
      share();
    }
    int batch = 100;
    for (int left = todoCount; left > 0; left -= batch) {
      int size = Math.min(batch, left);
      deployment.commit(
          db -> {
            for (int i = 0; i < size; i++) {
              newTodo(db, any(lists));
            }
          });
    }
  }

  /** What it commits to. */
  public ConvexEmulator deployment() {
    return deployment;
  }

  /** Everybody who uses the app. */
  public List<User> users() {
    return List.copyOf(users);
  }

  /**
   * Somebody does something: one mutation.
   *
   * @return its commit timestamp (ns)
   */
  public long act() {
    int dice = random.nextInt(100);
    if (dice < 35 || todos.isEmpty()) {
      return deployment.commit(db -> newTodo(db, any(lists)));
    } else if (dice < 65) {
      return deployment.commit(
          db -> db.patch(TODOS, any(todos), "{\"done\":" + random.nextBoolean() + "}"));
    } else if (dice < 77) {
      return deployment.commit(
          db -> db.patch(TODOS, any(todos), "{\"list_id\":\"" + any(lists) + "\"}"));
    } else if (dice < 87) {
      return deployment.commit(db -> db.delete(TODOS, todos.remove(random.nextInt(todos.size()))));
    } else if (dice < 92) {
      return share();
    } else if (dice < 97) {
      return unshare();
    }
    return deployment.commit(this::startList);
  }

  /** One mutation that writes several tables: devices see all of it or nothing. */
  private void startList(DocumentTransaction db) {
    String list = newList(db, any(users));
    for (int i = 0; i < TODOS_OF_A_NEW_LIST; i++) {
      newTodo(db, list);
    }
  }

  private long share() {
    String list = any(lists);
    String user = any(users).id();
    return deployment.commit(db -> newMembership(db, list, user, "editor"));
  }

  private long unshare() {
    return deployment.commit(
        db -> db.delete(MEMBERS, memberships.remove(random.nextInt(memberships.size()))));
  }

  private User newUser(DocumentTransaction db, String name) {
    String email = name.toLowerCase(Locale.ROOT) + "@example.com";
    String id =
        db.insert(
            USERS,
            "{\"name\":\"%s\",\"email\":\"%s\",\"settings\":{\"theme\":\"dark\",\"notifications\":true}}"
                .formatted(name, email));
    return new User(id, name);
  }

  private String newList(DocumentTransaction db, User owner) {
    String id =
        db.insert(
            LISTS,
            "{\"name\":\"%s\",\"owner_id\":\"%s\",\"archived\":false}"
                .formatted(SUBJECTS.get(lists.size() % SUBJECTS.size()), owner.id()));
    lists.add(id);
    newMembership(db, id, owner.id(), "owner");
    return id;
  }

  private void newMembership(DocumentTransaction db, String list, String user, String role) {
    String id =
        db.insert(
            MEMBERS,
            "{\"list_id\":\"%s\",\"user_id\":\"%s\",\"role\":\"%s\"}".formatted(list, user, role));
    memberships.add(id);
  }

  private void newTodo(DocumentTransaction db, String list) {
    String title = any(VERBS) + " " + any(THINGS);
    todos.add(
        db.insert(
            TODOS,
            "{\"list_id\":\"%s\",\"title\":\"%s\",\"done\":false,\"rank\":%d.0,\"labels\":[\"home\"]}"
                .formatted(list, title, random.nextInt(1000))));
  }

  private <T> T any(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }
}
