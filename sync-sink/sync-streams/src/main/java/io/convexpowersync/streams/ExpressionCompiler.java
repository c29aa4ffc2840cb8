package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Compiles the expressions of a plan. One method per node type; which type means which method is a
 * table.
 */
final class ExpressionCompiler {
  private final Map<String, ScalarFunction> functions;

  /** How many table-valued functions the expression may refer to. */
  private final int tableFunctions;

  private final Dialect dialect;

  private final Map<String, Function<JsonNode, Expression>> nodeTypes =
      Map.ofEntries(
          Map.entry("data", this::data),
          Map.entry("unary", this::unary),
          Map.entry("binary", this::binary),
          Map.entry("between", this::between),
          Map.entry("scalar_in", this::scalarIn),
          Map.entry("case_when", this::caseWhen),
          Map.entry("cast", this::cast),
          Map.entry("function", this::function),
          Map.entry("lit_null", node -> literal(Value.NULL)),
          Map.entry("lit_double", this::literalDouble),
          Map.entry("lit_int", this::literalInt),
          Map.entry("lit_string", node -> literal(new Value.Text(PlanJson.text(node, "value")))));

  ExpressionCompiler(Map<String, ScalarFunction> functions, int tableFunctions, Dialect dialect) {
    this.functions = functions;
    this.tableFunctions = tableFunctions;
    this.dialect = dialect;
  }

  /**
   * @throws InvalidPlanException if the node holds something that cannot be evaluated here
   */
  Expression compile(JsonNode node) {
    String type = PlanJson.text(node, "type");
    return PlanJson.known(nodeTypes, type, "expression type").apply(node);
  }

  /** Compiles an expression that explanations show. */
  NamedExpression named(JsonNode node) {
    return new NamedExpression(ExpressionText.of(node), compile(node));
  }

  List<NamedExpression> compileAll(JsonNode parent, String field) {
    List<NamedExpression> compiled = new ArrayList<>();
    PlanJson.array(parent, field).forEach(node -> compiled.add(named(node)));
    return List.copyOf(compiled);
  }

  private List<Expression> operands(JsonNode parent, String field) {
    List<Expression> compiled = new ArrayList<>();
    PlanJson.array(parent, field).forEach(node -> compiled.add(compile(node)));
    return List.copyOf(compiled);
  }

  private Expression data(JsonNode node) {
    JsonNode source = PlanJson.object(node, "source");
    if (source.has("column")) {
      String column = PlanJson.text(source, "column");
      return scope -> scope.row().column(column);
    }
    if (source.has("metadata")) {
      return metadata(PlanJson.text(source, "metadata"));
    }
    if (source.has("function")) {
      return functionOutput(source);
    }
    throw new InvalidPlanException("unknown input " + source);
  }

  private static Expression metadata(String name) {
    return switch (name) {
      case "schema" -> scope -> new Value.Text(scope.table().schema());
      case "table_name" -> scope -> new Value.Text(scope.table().name());
      case "table_suffix" -> scope -> new Value.Text(scope.pattern().suffixOf(scope.table()));
      default -> throw new InvalidPlanException("unknown row metadata '" + name + "'");
    };
  }

  private Expression functionOutput(JsonNode source) {
    int index = PlanJson.index(source, "function", tableFunctions);
    String output = PlanJson.text(source, "outputName");
    return scope -> scope.functionRows()[index].output(output);
  }

  private Expression unary(JsonNode node) {
    Expression operand = compile(PlanJson.object(node, "operand"));
    String operator = PlanJson.text(node, "operator");
    return switch (operator) {
      case "not" -> scope -> Value.of(!Casts.isTrue(operand.evaluate(scope)));
      case "+" -> operand;
      default -> throw new InvalidPlanException("unknown operator '" + operator + "'");
    };
  }

  private Expression binary(JsonNode node) {
    Expression left = compile(PlanJson.object(node, "left"));
    Expression right = compile(PlanJson.object(node, "right"));
    String name = PlanJson.text(node, "operator");
    Operators.Binary operator =
        Operators.ALWAYS_FAILING.contains(name)
            ? Operators.alwaysFailing(name)
            : PlanJson.known(dialect.operators(), name, "operator");
    return scope -> operator.apply(left.evaluate(scope), right.evaluate(scope));
  }

  private Expression between(JsonNode node) {
    Expression value = compile(PlanJson.object(node, "value"));
    Expression low = compile(PlanJson.object(node, "low"));
    Expression high = compile(PlanJson.object(node, "high"));
    return scope ->
        Operators.between(value.evaluate(scope), low.evaluate(scope), high.evaluate(scope));
  }

  private Expression scalarIn(JsonNode node) {
    Expression target = compile(PlanJson.object(node, "target"));
    List<Expression> list = operands(node, "in");
    return scope -> Operators.in(target.evaluate(scope), Processor.evaluate(list, scope));
  }

  private Expression cast(JsonNode node) {
    Expression operand = compile(PlanJson.object(node, "operand"));
    UnaryOperator<Value> cast =
        PlanJson.known(Casts.BY_TYPE, PlanJson.text(node, "cast_as"), "type of CAST");
    return scope -> cast.apply(operand.evaluate(scope));
  }

  private Expression caseWhen(JsonNode node) {
    List<CaseExpression.Branch> branches = new ArrayList<>();
    for (JsonNode branch : PlanJson.array(node, "whens")) {
      branches.add(
          new CaseExpression.Branch(
              compile(PlanJson.object(branch, "when")), compile(PlanJson.object(branch, "then"))));
    }
    return new CaseExpression(
        optional(node, "operand", null), branches, optional(node, "else", literal(Value.NULL)));
  }

  private Expression optional(JsonNode parent, String field, Expression otherwise) {
    return parent.hasNonNull(field) ? compile(parent.get(field)) : otherwise;
  }

  private Expression function(JsonNode node) {
    String name = PlanJson.text(node, "function");
    ScalarFunction function = PlanJson.known(functions, name, "function");
    List<Expression> parameters = operands(node, "parameters");
    if (dialect.countsArguments() && parameters.size() < function.minArguments()) {
      throw new InvalidPlanException("too few arguments for function '" + name + "'");
    }
    ScalarFunction.Body body = function.body();
    return scope -> body.apply(new ScalarFunction.Arguments(Processor.evaluate(parameters, scope)));
  }

  private Expression literalInt(JsonNode node) {
    String digits = PlanJson.text(node, "base10");
    try {
      return literal(Casts.integer(digits));
    } catch (NumberFormatException e) {
      throw new InvalidPlanException("not an integer: '" + digits + "'", e);
    }
  }

  private Expression literalDouble(JsonNode node) {
    JsonNode value = node.path("value");
    if (!value.isNumber()) {
      throw new InvalidPlanException("not a number: " + node);
    }
    return literal(new Value.Real(value.doubleValue()));
  }

  private static Expression literal(Value value) {
    return scope -> value;
  }
}
