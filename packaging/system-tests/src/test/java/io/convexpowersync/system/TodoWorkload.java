package io.convexpowersync.system;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.DocumentTransaction;
import io.convexpowersync.emulator.TablePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random mutations of the to-do app in {@code config-examples/todo}: each writes several documents
 * of several tables in one commit, as real mutations do. Everything comes from the seed.
 */
public final class TodoWorkload {
  static final TablePath USERS = TablePath.root("users");
  static final TablePath LISTS = TablePath.root("lists");
  static final TablePath TODOS = TablePath.root("todos");
  static final TablePath MEMBERS = TablePath.root("list_members");

  private final ConvexEmulator emulator;
  private final Random random;

  /**
   * Ids of the to-dos that exist. Asking the deployment for all of them would hold up its readers.
   */
  private final List<String> todos = new ArrayList<>();

  private int number;

  public TodoWorkload(ConvexEmulator emulator, long seed) {
    this.emulator = emulator;
    this.random = new Random(seed);
  }

  /** The data that is there before anything replicates. */
  public void populate(int users, int lists, int todos) {
    emulator.commit(
        tx -> {
          for (int i = 0; i < users; i++) {
            insertUser(tx);
          }
          for (int i = 0; i < lists; i++) {
            insertList(tx);
          }
        });
    int written = 0;
    while (written < todos) {
      int count = Math.min(500, todos - written);
      emulator.commit(
          tx -> {
            List<String> listIds = tx.ids(LISTS);
            for (int i = 0; i < count; i++) {
              insertTodo(tx, pick(listIds));
            }
          });
      written += count;
    }
  }

  /** One random mutation. */
  public void mutate() {
    switch (random.nextInt(8)) {
      case 0 -> emulator.commit(this::insertList);
      case 1 -> emulator.commit(this::share);
      case 2 -> emulator.commit(this::unshare);
      case 3 -> emulator.commit(this::deleteTodos);
      case 4 -> emulator.commit(this::moveTodos);
      default -> emulator.commit(this::addAndComplete);
    }
  }

  private void insertUser(DocumentTransaction tx) {
    number++;
    tx.insert(
        USERS,
        "{\"name\":\"User %d\",\"email\":\"u%d@example.com\",\"settings\":{\"theme\":\"dark\",\"n\":%d}}"
            .formatted(number, number, number));
  }

  private void insertList(DocumentTransaction tx) {
    String owner = pick(tx.ids(USERS));
    String list =
        tx.insert(
            LISTS,
            "{\"name\":\"List %d\",\"owner_id\":\"%s\",\"archived\":false}"
                .formatted(++number, owner));
    tx.insert(
        MEMBERS,
        "{\"list_id\":\"%s\",\"user_id\":\"%s\",\"role\":\"editor\"}"
            .formatted(list, pick(tx.ids(USERS))));
    insertTodo(tx, list);
  }

  private void insertTodo(DocumentTransaction tx, String list) {
    String id =
        tx.insert(
            TODOS,
            ("{\"list_id\":\"%s\",\"title\":\"Todo %d \\u00e9\\u2615\",\"done\":false,\"rank\":%d.5,"
                    + "\"labels\":[\"a\",%d]}")
                .formatted(list, ++number, random.nextInt(1000), random.nextInt(9)));
    todos.add(id);
  }

  private void addAndComplete(DocumentTransaction tx) {
    String list = pick(tx.ids(LISTS));
    insertTodo(tx, list);
    tx.patch(TODOS, pick(todos), "{\"done\":true}");
    tx.patch(LISTS, list, "{\"name\":\"List %d\"}".formatted(++number));
  }

  private void share(DocumentTransaction tx) {
    tx.insert(
        MEMBERS,
        "{\"list_id\":\"%s\",\"user_id\":\"%s\",\"role\":\"viewer\"}"
            .formatted(pick(tx.ids(LISTS)), pick(tx.ids(USERS))));
  }

  private void unshare(DocumentTransaction tx) {
    List<String> members = tx.ids(MEMBERS);
    if (members.size() > 3) {
      tx.delete(MEMBERS, pick(members));
    }
  }

  private void deleteTodos(DocumentTransaction tx) {
    if (todos.size() > 10) {
      tx.delete(TODOS, todos.remove(random.nextInt(5)));
      tx.delete(TODOS, todos.remove(5 + random.nextInt(5)));
    }
  }

  private void moveTodos(DocumentTransaction tx) {
    String target = pick(tx.ids(LISTS));
    for (int i = 0; i < Math.min(3, todos.size()); i++) {
      tx.patch(TODOS, pick(todos), "{\"list_id\":\"%s\"}".formatted(target));
    }
  }

  private String pick(List<String> ids) {
    return ids.get(random.nextInt(ids.size()));
  }
}
