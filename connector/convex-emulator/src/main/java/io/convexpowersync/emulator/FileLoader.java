package io.convexpowersync.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads tables from JSON lines. The layout is the one that {@code npx convex export} writes and
 * {@code npx convex import} reads: folders before the table or before {@code _components} have no
 * meaning.
 */
final class FileLoader {
  private static final Logger LOG = LoggerFactory.getLogger(FileLoader.class);
  private static final Pattern EXPORTED = Pattern.compile("(.*/)?([^/]+)/documents\\.jsonl");
  private static final Pattern FLAT = Pattern.compile("(.*/)?([^/]+)\\.jsonl");
  private static final Pattern COMPONENT = Pattern.compile("(.*/)?_components/([^/]+)/");
  private static final int BATCH = 500;

  private final DocumentStore store;

  FileLoader(DocumentStore store) {
    this.store = store;
  }

  private record Source(
      String file, String component, String table, ValueFormat format, Optional<Integer> number) {
    TablePath path() {
      return new TablePath(component, table);
    }

    Source withNumber(Optional<Integer> found) {
      return new Source(file, component, table, format, found);
    }
  }

  void load(Path path) throws IOException {
    try (DataFiles files = DataFiles.of(path)) {
      List<Source> sources = sources(files);
      if (sources.isEmpty()) {
        throw new IOException(
            path + " has neither <table>/documents.jsonl nor <table>.jsonl with documents");
      }
      // Tables whose number is given come first, so that no other table takes it.
      sources.sort(Comparator.comparing(source -> source.number.isEmpty()));
      for (Source source : sources) {
        createTable(source);
      }
      for (Source source : sources) {
        load(files, source);
      }
    }
  }

  private static List<Source> sources(DataFiles files) throws IOException {
    Map<String, Map<String, Integer>> numbers = new HashMap<>();
    List<Source> found = new ArrayList<>();
    for (String file : files.paths()) {
      Optional<Source> source = source(file);
      if (source.isEmpty()) {
        continue;
      }
      if (source.get().table.equals("_tables")) {
        numbers.put(source.get().component, tableNumbers(files, file));
      } else if (!source.get().table.startsWith("_")) {
        found.add(source.get());
      }
    }
    List<Source> numbered = new ArrayList<>();
    for (Source source : found) {
      Integer number = numbers.getOrDefault(source.component, Map.of()).get(source.table);
      numbered.add(
          source.withNumber(number != null ? Optional.of(number) : numberOfFirstId(files, source)));
    }
    return numbered;
  }

  private static Optional<Source> source(String file) {
    Matcher exported = EXPORTED.matcher(file);
    if (exported.matches()) {
      return Optional.of(source(file, exported, ValueFormat.EXPORT_JSON));
    }
    Matcher flat = FLAT.matcher(file);
    if (flat.matches() && !flat.group(2).equals("generated_schema")) {
      return Optional.of(source(file, flat, ValueFormat.CONVEX_ENCODED_JSON));
    }
    return Optional.empty();
  }

  private static Source source(String file, Matcher parts, ValueFormat format) {
    String folder = parts.group(1) == null ? "" : parts.group(1);
    String component = "";
    Matcher matcher = COMPONENT.matcher(folder);
    while (matcher.matches()) {
      component = matcher.group(2) + (component.isEmpty() ? "" : "/" + component);
      matcher = COMPONENT.matcher(matcher.group(1) == null ? "" : matcher.group(1));
    }
    return new Source(file, component, parts.group(2), format, Optional.empty());
  }

  /** {@code _tables/documents.jsonl}: a line {@code {"name":"tasks","id":10001}} per table. */
  private static Map<String, Integer> tableNumbers(DataFiles files, String file)
      throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    forEachLine(
        files,
        new Source(file, "", "_tables", ValueFormat.EXPORT_JSON, Optional.empty()),
        line -> {
          if (line.document.get("name") instanceof ConvexValue.Str name
              && line.document.get("id") instanceof ConvexValue.Int64 id) {
            numbers.put(name.value(), Math.toIntExact(id.value()));
          }
        });
    return numbers;
  }

  private static Optional<Integer> numberOfFirstId(DataFiles files, Source source)
      throws IOException {
    try (BufferedReader reader = open(files, source.file)) {
      String line = reader.readLine();
      if (line == null || line.isBlank()) {
        return Optional.empty();
      }
      ConvexValue id = parse(source, 1, line).get("_id");
      return id instanceof ConvexValue.Str text
          ? Optional.of(DocumentId.parse(text.value()).tableNumber())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      throw invalidLine(source, 1, e);
    }
  }

  private void createTable(Source source) throws IOException {
    try {
      store.createTable(source.path(), source.number.orElse(null));
    } catch (IllegalArgumentException e) {
      throw new IOException(source.file + ": " + e.getMessage(), e);
    }
  }

  private void load(DataFiles files, Source source) throws IOException {
    List<Line> batch = new ArrayList<>(BATCH);
    long[] count = new long[1];
    forEachLine(
        files,
        source,
        line -> {
          batch.add(line);
          count[0]++;
          if (batch.size() == BATCH) {
            insert(source, batch);
          }
        });
    insert(source, batch);
    LOG.info("Loaded table {} with {} documents", source.path(), count[0]);
    warnOfOldExport(files, source);
  }

  /** Older exports wrote Int64, bytes and non-finite numbers as strings. */
  private static void warnOfOldExport(DataFiles files, Source source) throws IOException {
    String schema = source.file.replaceFirst("documents\\.jsonl$", "generated_schema.jsonl");
    if (schema.equals(source.file) || !files.paths().contains(schema)) {
      return;
    }
    try (BufferedReader reader = open(files, schema)) {
      if (!"\"uniform\"".equals(reader.readLine())) {
        LOG.warn(
            "{} is of an older export: Int64 and bytes of table {} stay strings",
            schema,
            source.path());
      }
    }
  }

  private void insert(Source source, List<Line> lines) throws IOException {
    long[] number = new long[1];
    try {
      store.commit(
          null,
          transaction -> {
            for (Line line : lines) {
              number[0] = line.number;
              transaction.insert(source.path(), line.document);
            }
            return null;
          });
    } catch (IllegalArgumentException e) {
      throw invalidLine(source, number[0], e);
    }
    lines.clear();
  }

  private record Line(long number, ConvexValue.Obj document) {}

  private interface LineConsumer {
    void accept(Line line) throws IOException;
  }

  private static void forEachLine(DataFiles files, Source source, LineConsumer consumer)
      throws IOException {
    long number = 0;
    try (BufferedReader reader = open(files, source.file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          consumer.accept(new Line(number, parse(source, number, line)));
        }
      }
    } catch (CharacterCodingException e) {
      throw new IOException(source.file + " after line " + number + ": not UTF-8", e);
    }
  }

  private static ConvexValue.Obj parse(Source source, long number, String line) throws IOException {
    try {
      return ValueParser.parseObject(line, source.format);
    } catch (IllegalArgumentException e) {
      throw invalidLine(source, number, e);
    }
  }

  private static IOException invalidLine(Source source, long number, Exception cause) {
    return new IOException(source.file + " line " + number + ": " + cause.getMessage(), cause);
  }

  private static BufferedReader open(DataFiles files, String file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(files.open(file), StandardCharsets.UTF_8.newDecoder()), 1 << 16);
  }
}
