package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 into nodes that know their places. SnakeYAML's own tree would resolve aliases and
 * forget where texts come from, so this one is made of its events.
 */
final class YamlReader {
  private static final int MAX_DEPTH = 20;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setSchema(new CoreSchema()).setLabel("sync config").build();

  private final String yaml;
  private final Iterator<Event> events;
  private final ScalarResolver types = new CoreSchema().getScalarResolver();
  private final CodePoints offsets;
  private final StandIns standIns;
  private int depth;

  private YamlReader(String yaml) {
    this.yaml = yaml;
    this.offsets = new CodePoints(yaml);
    this.standIns = StandIns.in(yaml);
    this.events = new Parse(SETTINGS).parseString(standIns.hide(yaml)).iterator();
  }

  /** Text that is not YAML, or that a sync config cannot be. */
  static final class InvalidYamlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Span span;

    InvalidYamlException(String message, Span span, Throwable cause) {
      super(message, cause);
      this.span = span;
    }

    Span span() {
      return span;
    }
  }

  /**
   * The first document; empty if there is none.
   *
   * @throws InvalidYamlException if it is not YAML
   */
  static Optional<YamlNode> read(String yaml) {
    YamlReader reader = new YamlReader(yaml);
    try {
      return reader.document();
    } catch (MarkedYamlEngineException e) {
      throw new InvalidYamlException(
          e.getProblem(), e.getProblemMark().map(reader::character).orElse(Problems.NOWHERE), e);
    } catch (YamlEngineException e) {
      throw new InvalidYamlException(e.getMessage(), Problems.NOWHERE, e);
    }
  }

  private Span character(Mark mark) {
    int at = Math.min(offsets.utf16(mark.getIndex()), Math.max(0, yaml.length() - 1));
    return new Span(at, Math.min(at + 1, yaml.length()));
  }

  private Optional<YamlNode> document() {
    YamlNode root = null;
    while (events.hasNext()) {
      Event event = events.next();
      boolean content =
          switch (event.getEventId()) {
            case Alias, Scalar, MappingStart, SequenceStart -> true;
            default -> false;
          };
      if (content) {
        YamlNode node = node(event);
        root = root == null ? node : root;
      }
    }
    boolean isNothing = root instanceof YamlNode.Scalar scalar && scalar.text().isEmpty();
    return isNothing ? Optional.empty() : Optional.ofNullable(root);
  }

  private YamlNode node(Event event) {
    if (++depth > MAX_DEPTH) {
      throw new InvalidYamlException(
          "A sync config is not nested " + MAX_DEPTH + " levels deep",
          character(event.getStartMark().orElseThrow()),
          null);
    }
    YamlNode node =
        switch (event.getEventId()) {
          case Alias -> new YamlNode.Alias(span((AliasEvent) event, true));
          case Scalar -> scalar((ScalarEvent) event, true);
          case SequenceStart -> sequence(event);
          case MappingStart -> mapping(event);
          default -> throw new IllegalStateException("unexpected event " + event);
        };
    depth--;
    return node;
  }

  private YamlNode sequence(Event start) {
    List<YamlNode> items = new ArrayList<>();
    Event event = events.next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      items.add(node(event));
      event = events.next();
    }
    Span last = items.isEmpty() ? null : items.get(items.size() - 1).span();
    return new YamlNode.Sequence(collection(start, event, last), items);
  }

  private YamlNode mapping(Event start) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Event event = events.next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      YamlNode.Scalar key = key(event);
      if (!names.add(key.text())) {
        throw new InvalidYamlException(
            "Map keys must be unique: '" + key.text() + "' is here twice",
            new Span(key.span().start(), key.span().start() + 1),
            null);
      }
      entries.add(new YamlNode.Entry(key, node(events.next())));
      event = events.next();
    }
    Span last = entries.isEmpty() ? null : entries.get(entries.size() - 1).value().span();
    return new YamlNode.Mapping(collection(start, event, last), entries);
  }

  private YamlNode.Scalar key(Event event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar, false);
    }
    throw new InvalidYamlException(
        "Keys of a sync config are texts", character(event.getStartMark().orElseThrow()), null);
  }

  /** A block collection ends where its last member does; a flow collection behind its bracket. */
  private Span collection(Event start, Event end, Span last) {
    int from = offsets.utf16(start.getStartMark().orElseThrow().getIndex());
    int to = offsets.utf16(end.getEndMark().orElseThrow().getIndex());
    boolean flow = from < yaml.length() && (yaml.charAt(from) == '{' || yaml.charAt(from) == '[');
    return new Span(from, flow ? endOfLine(to) : last == null ? from : last.end());
  }

  private YamlNode.Scalar scalar(ScalarEvent event, boolean isValue) {
    Span content = span(event, false);
    String text = standIns.show(event.getValue());
    Span span = isValue ? withLine(content, event.isPlain() && text.isEmpty()) : content;
    return new YamlNode.Scalar(
        span, type(event), text, ScalarPlaces.of(yaml, content, event.getScalarStyle(), text));
  }

  private YamlNode.Type type(ScalarEvent event) {
    if (!event.isPlain()) {
      return YamlNode.Type.TEXT;
    }
    Tag tag = types.resolve(event.getValue(), true);
    if (tag.equals(Tag.NULL)) {
      return YamlNode.Type.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return YamlNode.Type.BOOLEAN;
    }
    if (tag.equals(Tag.INT)) {
      return YamlNode.Type.INTEGER;
    }
    return tag.equals(Tag.FLOAT) ? YamlNode.Type.FRACTION : YamlNode.Type.TEXT;
  }

  private Span span(Event event, boolean withLine) {
    Span span =
        new Span(
            offsets.utf16(event.getStartMark().orElseThrow().getIndex()),
            offsets.utf16(event.getEndMark().orElseThrow().getIndex()));
    return withLine ? withLine(span, false) : span;
  }

  private Span withLine(Span span, boolean empty) {
    return empty ? span : new Span(span.start(), endOfLine(span.end()));
  }

  /** Behind the spaces, the comment and the line break that follow; none of them may. */
  private int endOfLine(int from) {
    if (from > 0 && from <= yaml.length() && yaml.charAt(from - 1) == '\n') {
      return from;
    }
    int at = from;
    while (at < yaml.length() && (yaml.charAt(at) == ' ' || yaml.charAt(at) == '\t')) {
      at++;
    }
    if (at < yaml.length() && yaml.charAt(at) == '#') {
      int end = yaml.indexOf('\n', at);
      at = end < 0 ? yaml.length() : end;
    }
    if (at < yaml.length() && yaml.charAt(at) == '\r') {
      at++;
    }
    return at < yaml.length() && yaml.charAt(at) == '\n' ? at + 1 : at;
  }

  /** Offsets of the YAML library count code points, ours UTF-16 units. */
  private static final class CodePoints {
    private final int[] utf16;

    CodePoints(String text) {
      this.utf16 =
          text.codePoints().anyMatch(Character::isSupplementaryCodePoint) ? of(text) : null;
    }

    private static int[] of(String text) {
      int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
      int at = 0;
      for (int i = 0; i < offsets.length - 1; i++) {
        offsets[i] = at;
        at += Character.charCount(text.codePointAt(at));
      }
      offsets[offsets.length - 1] = at;
      return offsets;
    }

    int utf16(int codePoints) {
      return utf16 == null ? codePoints : utf16[Math.min(codePoints, utf16.length - 1)];
    }
  }
}
