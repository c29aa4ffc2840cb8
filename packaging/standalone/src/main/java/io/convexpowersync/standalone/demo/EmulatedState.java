package io.convexpowersync.standalone.demo;

import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.storage.DeploymentState;
import io.convexpowersync.streams.DocumentEncoding;
import java.util.Collection;

/** The emulator's documents at one timestamp, as the verifier reads them. */
public final class EmulatedState implements DeploymentState {
  private final io.convexpowersync.emulator.DeploymentState state;

  public EmulatedState(io.convexpowersync.emulator.DeploymentState state) {
    this.state = state;
  }

  @Override
  public Collection<String> tables() {
    return state.tables().stream()
        .filter(path -> path.component().isEmpty())
        .map(TablePath::table)
        .toList();
  }

  @Override
  public void documents(String table, Visitor visitor) {
    // In the lossy form that the PowerSync Service reads, so that the way through the lossless form
    // is verified too.
    state
        .documents(TablePath.root(table), ValueFormat.JSON)
        .forEach((id, json) -> visitor.visit(id, json, DocumentEncoding.JSON));
  }
}
