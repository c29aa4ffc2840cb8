package io.convexpowersync.emulator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mutation that PowerSync asks developers to deploy: keeps one row in {@code
 * powersync_checkpoints} and sets its time. Two calls within one millisecond write once.
 */
final class CheckpointFunction implements ConvexFunction {
  static final String PATH = "powersync_checkpoints:createCheckpoint";
  private static final TablePath TABLE = TablePath.root("powersync_checkpoints");

  @Override
  public ConvexValue call(DocumentTransaction transaction, ConvexValue.Obj args) {
    ConvexValue now = ConvexValue.of((double) transaction.nowMillis());
    ConvexValue.Obj fields = new ConvexValue.Obj(new TreeMap<>(Map.of("last_updated", now)));
    List<String> ids = transaction.ids(TABLE);
    if (ids.isEmpty()) {
      transaction.insert(TABLE, fields);
    } else {
      transaction.patch(TABLE, ids.get(0), fields);
    }
    return ConvexValue.NULL;
  }
}
