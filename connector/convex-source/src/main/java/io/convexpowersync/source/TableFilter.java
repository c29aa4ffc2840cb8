package io.convexpowersync.source;

import io.convexpowersync.events.TableId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code table.include.list} and {@code table.exclude.list}, with Debezium's rules: a
 * comma-separated list of regular expressions, each one matching a whole name ({@code table} in the
 * root app, {@code component/table} elsewhere) without regard to case; a comma inside an expression
 * is written {@code \,}.
 */
public final class TableFilter implements Predicate<TableId> {
  private static final String COMMA = "(?<!\\\\),";

  private final List<Pattern> include;
  private final List<Pattern> exclude;

  /** Every row is asked for. */
  private final Map<TableId, Boolean> answers = new ConcurrentHashMap<>();

  /**
   * From the two lists, of which an empty one does not restrict anything.
   *
   * @throws PatternSyntaxException when an expression is not valid
   */
  public TableFilter(String include, String exclude) {
    this.include = patterns(include);
    this.exclude = patterns(exclude);
  }

  static List<Pattern> patterns(String list) {
    return Arrays.stream(list.split(COMMA))
        .map(text -> text.replace("\\,", ",").trim())
        .filter(text -> !text.isEmpty())
        .map(text -> Pattern.compile(text, Pattern.CASE_INSENSITIVE))
        .toList();
  }

  /** The same text for the same choice; short, because it is part of every offset. */
  String fingerprint() {
    try {
      byte[] text = (include + "\n" + exclude).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  @Override
  public boolean test(TableId table) {
    return answers.computeIfAbsent(table, this::decide);
  }

  private boolean decide(TableId table) {
    String name = table.toString();
    return (include.isEmpty() || matches(include, name)) && !matches(exclude, name);
  }

  private static boolean matches(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }
}
