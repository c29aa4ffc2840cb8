package io.convexpowersync.standalone;

import static com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.standalone.config.ConfigException;
import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.Explanation;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.TablePattern;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says where a document goes, for the case that a row does not arrive. */
@Command(
    name = "explain",
    description = "Says which buckets and lookups a document goes to, or why it does not.")
final class ExplainCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Compiled compiled;

  private static final class Compiled {
    @Option(names = "--config", paramLabel = "SYNC.YAML", description = "The sync config.")
    private Path config;

    @Option(
        names = "--plan",
        paramLabel = "PLAN.JSON",
        description = "The compiled one: what a PowerSync Service stores as sync_plan.")
    private Path plan;
  }

  @Option(
      names = "--table",
      required = true,
      paramLabel = "NAME",
      description = "The table that the document is in.")
  private String table;

  @Option(
      names = "--document",
      required = true,
      paramLabel = "FILE",
      description = {
        "The document as JSON, as npx convex export writes it: 42 is an Int64, 42.0 a Float64.",
        "- for standard input."
      })
  private String document;

  @Option(
      names = "--stream",
      defaultValue = "1",
      paramLabel = "ID",
      description = "The replication stream that bucket names start with. Default: 1.")
  private int stream;

  @Override
  public Integer call() {
    SyncStreams streams = load();
    Explanation explanation = streams.explain(table, readDocument(), DocumentEncoding.LOSSLESS);
    PrintWriter out = spec.commandLine().getOut();
    out.println("row " + explanation.row());
    List<Explanation.Source> readers =
        explanation.sources().stream().filter(source -> source.table().matches(table)).toList();
    if (readers.isEmpty()) {
      out.println(
          "goes nowhere: nothing in the sync config reads table "
              + table
              + "; it reads "
              + streams.tablePatterns().stream()
                  .map(TablePattern::name)
                  .distinct()
                  .collect(Collectors.joining(", ")));
    }
    readers.forEach(source -> print(source, out));
    return ExitCode.OK;
  }

  private static void print(Explanation.Source source, PrintWriter out) {
    for (BucketRow row : source.buckets()) {
      out.println(
          "bucket " + row.bucket() + ": " + row.table() + "/" + row.id() + " " + row.data().text());
    }
    for (Explanation.Lookup lookup : source.lookups()) {
      out.println("lookup " + lookup.key() + ": " + lookup.results());
    }
    for (String reason : source.reasons()) {
      out.println("not in " + source.name() + ": " + reason);
    }
  }

  private SyncStreams load() {
    if (compiled.config != null) {
      String yaml = read(compiled.config.toString());
      return CompiledSyncConfig.of(compiled.config.toString(), yaml).load(stream);
    }
    try {
      return SyncStreams.load(read(compiled.plan.toString()), stream);
    } catch (InvalidPlanException e) {
      throw new ConfigException(
          compiled.plan + " is not a plan that can be run: " + e.getMessage(), e);
    }
  }

  private String readDocument() {
    String text = read(document);
    try {
      JsonNode json =
          new ObjectMapper()
              .readerFor(JsonNode.class)
              .with(FAIL_ON_TRAILING_TOKENS)
              .readValue(text);
      if (json.isObject()) {
        return text;
      }
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          document + " is not one JSON document: " + e.getOriginalMessage(), e);
    }
    throw new ConfigException(document + " is not a JSON object");
  }

  private static String read(String file) {
    try {
      if (file.equals(STANDARD_INPUT)) {
        return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
      }
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new ConfigException(
          Files.exists(Path.of(file)) ? "cannot read " + file + ": " + e : file + " does not exist",
          e);
    }
  }
}
