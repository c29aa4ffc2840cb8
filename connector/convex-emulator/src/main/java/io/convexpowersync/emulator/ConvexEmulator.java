package io.convexpowersync.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local stand-in for a Convex deployment, over real HTTP on 127.0.0.1: the streaming export API
 * with its exact paging, formats and errors, and function calls. All data is in memory.
 * Thread-safe.
 */
public final class ConvexEmulator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConvexEmulator.class);

  /** The dashboard deletes this many documents at a time. */
  private static final int CLEAR_BATCH = 4000;

  private final EmulatedDeployment deployment;
  private final FunctionEndpoints functions;
  private final ScheduledFaults scheduledFaults = new ScheduledFaults();
  private final EmulatorServer server;

  private ConvexEmulator(EmulatorOptions options) throws IOException {
    DocumentStore store = new DocumentStore(options);
    Authenticator authenticator = new Authenticator(options.instanceName());
    this.deployment =
        new EmulatedDeployment(
            options, store, authenticator, new EmulatorSwitches(), new EmulatorCounters());
    this.functions = new FunctionEndpoints(deployment);
    functions.register(FunctionKind.MUTATION, CheckpointFunction.PATH, new CheckpointFunction());
    load(options.data(), store);
    this.server = new EmulatorServer(options, router(), deployment.counters());
    server.faults(scheduledFaults);
  }

  /**
   * Loads the data and starts serving.
   *
   * @throws IOException when the data cannot be read or the port is taken
   */
  public static ConvexEmulator start(EmulatorOptions options) throws IOException {
    ConvexEmulator emulator = new ConvexEmulator(options);
    LOG.info("Convex emulator {} listens on {}", options.instanceName(), emulator.url());
    return emulator;
  }

  /** Starts an empty deployment on a free port. */
  public static ConvexEmulator start() throws IOException {
    return start(EmulatorOptions.defaults());
  }

  /** Base URL, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  public String instanceName() {
    return deployment.options().instanceName();
  }

  /** The key with all permissions, {@code <instance name>|<hex>}. It protects nothing. */
  public String adminKey() {
    return deployment.authenticator().adminKey();
  }

  /** A valid key that lacks the permission to view data: 403 {@code OperationNotPermitted}. */
  public String keyWithoutDataView() {
    return deployment.authenticator().keyWithoutDataView();
  }

  /** A valid key that may read everything and change nothing. */
  public String readOnlyKey() {
    return deployment.authenticator().readOnlyKey();
  }

  /** The newest commit timestamp (ns). */
  public long head() {
    return deployment.store().head();
  }

  /**
   * Runs one mutation.
   *
   * @return the commit's timestamp (ns); the head as it was when the mutation changed nothing
   */
  public long commit(Consumer<DocumentTransaction> mutation) {
    return commit(null, mutation);
  }

  /**
   * Runs one mutation that commits at the given timestamp.
   *
   * @param ts nanoseconds, above the head
   */
  public long commitAt(long ts, Consumer<DocumentTransaction> mutation) {
    return commit(Long.valueOf(ts), mutation);
  }

  /** Creates an empty table, and returns the new head. */
  public long createTable(TablePath table) {
    return deployment.store().createTable(table, null);
  }

  /** Deletes a table the way the dashboard does, without tombstones, and returns the new head. */
  public long dropTable(TablePath table) {
    return deployment.store().drop(existing(table));
  }

  /** Removes a component: its tables go without tombstones. Returns the new head. */
  public long removeComponent(String path) {
    deployment.store().activeTablesAt(head()).stream()
        .filter(table -> table.path.component().equals(path))
        .forEach(deployment.store()::drop);
    return head();
  }

  /** Starts an import that replaces a table, or creates it. */
  public TableImport replaceTable(TablePath table) {
    return new TableImport(deployment.store(), deployment.store().createHidden(table));
  }

  /**
   * Deletes all documents the way the dashboard does, with tombstones, and returns the new head.
   */
  public long clearTable(TablePath table) {
    List<String> ids;
    do {
      ids = deployment.store().query(tx -> tx.ids(table));
      List<String> batch = ids.subList(0, Math.min(CLEAR_BATCH, ids.size()));
      commit(tx -> batch.forEach(id -> tx.delete(table, id)));
    } while (ids.size() > CLEAR_BATCH);
    return head();
  }

  /**
   * Restores the deployment to an earlier timestamp: what was committed after it never happened,
   * and the head goes back.
   *
   * @param ts nanoseconds, at or below the head
   */
  public void rollBackTo(long ts) {
    deployment.store().rollBackTo(ts);
  }

  /** Moves the head without a row, and returns it. */
  public long bumpHead() {
    return deployment.store().systemCommit(0);
  }

  /**
   * Commits rows of system tables: never exported, but read by {@code document_deltas}, so that
   * they use up its page.
   *
   * @return the new head
   */
  public long commitSystemRows(int rows) {
    return deployment.store().systemCommit(rows);
  }

  /** Moves the retention boundary: what is below this timestamp can no longer be read. */
  public void expireBefore(long ts) {
    deployment.store().expireBefore(ts);
  }

  /** The documents as of a timestamp (ns); retention does not apply. */
  public DeploymentState stateAt(long ts) {
    return new DeploymentState(deployment.store(), ts);
  }

  /** Deploys a function, replacing the one that has this path ({@code module:function}). */
  public void register(FunctionKind kind, String path, ConvexFunction function) {
    functions.register(kind, path, function);
  }

  /** Removes a function; {@code powersync_checkpoints:createCheckpoint} is there from the start. */
  public void unregister(String path) {
    functions.remove(path);
  }

  /** The faults that are planned, unless {@link #faults} has set something else. */
  public ScheduledFaults scheduledFaults() {
    return scheduledFaults;
  }

  /** Sets what goes wrong from now on, instead of {@link #scheduledFaults}. */
  public void faults(FaultInjector injector) {
    server.faults(injector);
  }

  /**
   * Refuses connections and resets the open ones, or ends that; needs {@link
   * EmulatorOptions#withNetworkFaults}.
   */
  public void unreachable(boolean value) throws IOException {
    if (value) {
      server.relay().down();
    } else {
      server.relay().up();
    }
  }

  public EmulatorSwitches switches() {
    return deployment.switches();
  }

  public EmulatorCounters counters() {
    return deployment.counters();
  }

  /** Stops serving; open connections are closed. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EmulatorServer.Handler router() {
    Router router = new Router(deployment, functions);
    return deployment.options().features().control() ? new ControlEndpoint(this, router) : router;
  }

  private Table existing(TablePath path) {
    Table table = deployment.store().activeTable(path);
    if (table == null) {
      throw new IllegalArgumentException("There is no table " + path);
    }
    return table;
  }

  private long commit(Long ts, Consumer<DocumentTransaction> mutation) {
    return deployment
        .store()
        .commit(
            ts,
            transaction -> {
              mutation.accept(transaction);
              return null;
            })
        .ts();
  }

  private static void load(EmulatorData data, DocumentStore store) throws IOException {
    if (data instanceof EmulatorData.Generated generated) {
      new DataGenerator(generated).load(store);
    } else if (data instanceof EmulatorData.Files files) {
      new FileLoader(store).load(files.path());
    }
  }
}
