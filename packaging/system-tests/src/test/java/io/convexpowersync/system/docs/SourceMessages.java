package io.convexpowersync.system.docs;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The messages that the code can write, read from its sources with the JDK's own parser. A message
 * is every text that an exception, LOG.error or LOG.warn gets, and besides every text that reads
 * like a sentence (three words or more), wherever it stands, because messages are also put together
 * from constants and results of methods. Left out is what {@link #SILENT} names: texts that never
 * stop or refuse anything.
 *
 * <p>Whatever is filled in becomes an ellipsis, so a message is the same text however it is built.
 */
final class SourceMessages {
  /** Calls whose texts are progress, output of a command, documentation, SQL, or names. */
  private static final Pattern SILENT =
      Pattern.compile(
          "(LOG\\.(info|debug|trace)|documented|shown|optional|required|define|println|printf|say"
              + "|row|update|updateLater|select|execute|query|newest|checkpoint|call|transact"
              + "|attempt|translate|get|post|startsWith|contains|name)");

  private static final Pattern SQL =
      Pattern.compile(
          "\\s*(\\(?SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|AND|WHERE|COPY|SET)\\b[\\s\\S]*");
  private static final Pattern SENTENCE =
      Pattern.compile("(?=[\\s\\S]*\\p{Lower}{2})\\s*\\S+\\s+\\S+\\s+\\S[\\s\\S]*");
  private static final Pattern FILLED_IN = Pattern.compile("\\{\\}|%[-0-9.]*[sdf]|%n");

  /** Classes that print results, or hold names. */
  private static final Set<String> OUTPUT =
      Set.of(
          "DeviceView.java",
          "EventMeter.java",
          "ExpectedSchema.java",
          "Explainer.java",
          "Keywords.java",
          "Notification.java",
          "PlaceSummary.java",
          "PlanNames.java",
          "StatusReport.java",
          "VerificationReport.java");

  private final Map<String, String> files = new TreeMap<>();
  private final Map<String, String> logged = new TreeMap<>();

  /** Reads every class below {@code src/main/java} of the modules. */
  static SourceMessages of(List<Path> modules) throws IOException {
    SourceMessages found = new SourceMessages();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = new ArrayList<>();
      for (Path module : modules) {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
          files.filter(SourceMessages::mayHoldMessages).forEach(sources::add);
        }
      }
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(sources));
      for (CompilationUnitTree unit : task.parse()) {
        found.new Texts(Path.of(unit.getSourceFile().toUri()).getFileName()).scan(unit, false);
      }
    }
    return found;
  }

  private static boolean mayHoldMessages(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".java") && !OUTPUT.contains(name);
  }

  /** By message, the file that has it. */
  Map<String, String> files() {
    return files;
  }

  /** Those of them that are logged as ERROR or WARN. */
  Map<String, String> logged() {
    return logged;
  }

  /** The text as it is compared: blanks are one blank, what is filled in is an ellipsis. */
  static String normalised(String text) {
    return FILLED_IN.matcher(text).replaceAll("…").replaceAll("\\s+", " ").strip();
  }

  /** The flag says whether the text is certainly a message, however short it is. */
  private final class Texts extends TreeScanner<Void, Boolean> {
    private final String file;

    Texts(Path file) {
      this.file = file.toString();
    }

    @Override
    public Void visitAnnotation(AnnotationTree annotation, Boolean message) {
      return null;
    }

    @Override
    public Void visitNewClass(NewClassTree created, Boolean message) {
      boolean failure = created.getIdentifier().toString().matches(".*(Exception|Error|Failure)");
      scan(created.getArguments(), failure);
      return scan(created.getClassBody(), false);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Boolean message) {
      String called = call.getMethodSelect().toString();
      String method = called.startsWith("LOG.") ? called : called.replaceAll("(?s).*\\.", "");
      scan(call.getMethodSelect(), message && method.equals("formatted"));
      if (SILENT.matcher(method).matches()) {
        return null;
      }
      boolean logs = method.matches("LOG\\.(warn|error)");
      if (logs && isText(call.getArguments().get(0))) {
        logged.put(normalised(text(call.getArguments().get(0))), file);
      }
      return scan(call.getArguments(), logs);
    }

    @Override
    public Void visitBinary(BinaryTree node, Boolean message) {
      if (!isText(node)) {
        return super.visitBinary(node, false);
      }
      add(text(node), message);
      return scanFilledIn(node);
    }

    @Override
    public Void visitLiteral(LiteralTree node, Boolean message) {
      if (node.getValue() instanceof String text) {
        add(text, message);
      }
      return null;
    }

    private Void scanFilledIn(ExpressionTree node) {
      if (node instanceof ParenthesizedTree inner) {
        return scanFilledIn(inner.getExpression());
      }
      if (node instanceof BinaryTree sum && isText(sum)) {
        scanFilledIn(sum.getLeftOperand());
        return scanFilledIn(sum.getRightOperand());
      }
      return node instanceof LiteralTree ? null : scan(node, false);
    }

    private void add(String text, boolean message) {
      boolean wanted = message ? text.matches("(?s).*\\p{Alpha}{2}.*") : isSentence(text);
      if (wanted) {
        files.putIfAbsent(normalised(text), file);
      }
    }
  }

  private static boolean isSentence(String text) {
    return SENTENCE.matcher(text).matches() && !SQL.matcher(text).matches();
  }

  private static boolean isText(ExpressionTree node) {
    if (node instanceof ParenthesizedTree inner) {
      return isText(inner.getExpression());
    }
    if (node instanceof BinaryTree sum && sum.getKind() == Kind.PLUS) {
      return isText(sum.getLeftOperand()) || isText(sum.getRightOperand());
    }
    return node instanceof LiteralTree literal && literal.getValue() instanceof String;
  }

  private static String text(ExpressionTree node) {
    if (node instanceof ParenthesizedTree inner) {
      return text(inner.getExpression());
    }
    if (node instanceof BinaryTree sum && isText(sum)) {
      return text(sum.getLeftOperand()) + text(sum.getRightOperand());
    }
    return node instanceof LiteralTree literal && literal.getValue() instanceof String text
        ? text
        : "…";
  }
}
