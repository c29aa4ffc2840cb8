package io.convexpowersync.events;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of schemas and fields. Avro allows letters, digits and {@code _}, and no digit first;
 * whatever else a name has becomes {@code _}.
 */
public final class SchemaNames {
  private static final Pattern ILLEGAL = Pattern.compile("[^A-Za-z0-9_]");
  private static final Pattern PARTS = Pattern.compile("[.]");

  /** A legal name of a schema: parts with points between them. */
  public static String legal(String name) {
    return PARTS.splitAsStream(name).map(SchemaNames::legalPart).collect(Collectors.joining("."));
  }

  /** A legal name of a field. */
  public static String legalPart(String part) {
    String legal = ILLEGAL.matcher(part).replaceAll("_");
    return legal.isEmpty() || Character.isDigit(legal.charAt(0)) ? "_" + legal : legal;
  }

  private SchemaNames() {}
}
