package io.convexpowersync.emulator;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills a table with documents that depend on nothing but their number and the seed. */
final class DataGenerator {
  private static final Logger LOG = LoggerFactory.getLogger(DataGenerator.class);
  private static final int BATCH = 100;
  private static final long REPORT_EVERY = 250_000;
  private static final double FIRST_CREATION_TIME = 1_700_000_000_000.0;
  private static final long DAY = 19_675;

  /** About how long a document's JSON is without its text. */
  private static final int OTHER_FIELDS = 163;

  private static final String[] STATES = {"open", "waiting", "done", "archived"};
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz     ";

  private final EmulatorData.Generated data;
  private final TablePath table;
  private final SplittableRandom random;

  DataGenerator(EmulatorData.Generated data) {
    this.data = data;
    this.table = TablePath.root(data.table());
    this.random = new SplittableRandom(data.seed());
  }

  void load(DocumentStore store) {
    store.createTable(table, null);
    int number = store.activeTable(table).number;
    for (long from = 0; from < data.documents(); from += BATCH) {
      long first = from;
      long end = Math.min(from + BATCH, data.documents());
      store.commit(
          null,
          transaction -> {
            for (long i = first; i < end; i++) {
              transaction.insert(table, document(number, i));
            }
            return null;
          });
      if (end % REPORT_EVERY == 0) {
        LOG.info("Generated {} of {} documents", end, data.documents());
      }
    }
  }

  private ConvexValue.Obj document(int tableNumber, long index) {
    InternalId internal = new InternalId(random.nextLong(), random.nextLong() & ~0xffffL | DAY);
    TreeMap<String, ConvexValue> fields = new TreeMap<>();
    fields.put("_id", ConvexValue.of(new DocumentId(tableNumber, internal).text()));
    fields.put("_creationTime", ConvexValue.of(FIRST_CREATION_TIME + index * 0.5));
    fields.put("archived", ConvexValue.of(random.nextInt(10) == 0));
    fields.put("owner", ConvexValue.of("user" + random.nextInt(1000)));
    fields.put("score", ConvexValue.of(random.nextInt(100_000) / 4.0));
    fields.put("seq", ConvexValue.of((double) index));
    fields.put("state", ConvexValue.of(STATES[random.nextInt(STATES.length)]));
    fields.put("text", ConvexValue.of(text(data.bytes() - OTHER_FIELDS)));
    return new ConvexValue.Obj(fields);
  }

  private String text(int length) {
    char[] chars = new char[Math.max(0, length)];
    long bits = 0;
    for (int i = 0; i < chars.length; i++) {
      if (i % 12 == 0) {
        bits = random.nextLong();
      }
      chars[i] = LETTERS.charAt((int) (bits & 31) % LETTERS.length());
      bits >>>= 5;
    }
    return new String(chars);
  }
}
