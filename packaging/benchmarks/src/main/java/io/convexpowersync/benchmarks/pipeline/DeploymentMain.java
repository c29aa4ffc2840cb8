package io.convexpowersync.benchmarks.pipeline;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A deployment in a process of its own: prints its URL, key and head. Then, for each line of its
 * input, it commits as many one-row mutations as the line says, or forgets the log before its head
 * ({@link #EXPIRE}), and prints the head again. Ends with its input.
 */
final class DeploymentMain {
  /** Command. */
  static final String EXPIRE = "expire";

  private static final TablePath TABLE = TablePath.root("documents");

  public static void main(String[] args) throws IOException {
    EmulatorData data =
        new EmulatorData.Generated(Long.parseLong(args[0]), Integer.parseInt(args[1]));
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (ConvexEmulator emulator =
        ConvexEmulator.start(EmulatorOptions.defaults().withData(data))) {
      System.out.println(emulator.url());
      System.out.println(emulator.adminKey());
      System.out.println(emulator.head());
      int round = 0;
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        if (line.equals(EXPIRE)) {
          emulator.expireBefore(emulator.bumpHead());
        } else {
          commit(emulator, Integer.parseInt(line), ++round);
        }
        System.out.println(emulator.head());
      }
    }
  }

  private static void commit(ConvexEmulator emulator, int commits, int round) {
    List<String> ids = new ArrayList<>();
    emulator.commit(transaction -> ids.addAll(transaction.ids(TABLE)));
    for (int i = 0; i < commits; i++) {
      // Spread over the table, as users are.
      String id = ids.get((int) (i * 7919L % ids.size()));
      String change = "{\"seq\":" + (round * 1e9 + i) + "}";
      emulator.commit(transaction -> transaction.patch(TABLE, id, change));
    }
  }

  private DeploymentMain() {}
}
