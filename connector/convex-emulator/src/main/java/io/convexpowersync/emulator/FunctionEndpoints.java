package io.convexpowersync.emulator;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls functions. What goes wrong inside a function, a missing one included, is HTTP 200 with
 * {@code "status":"error"}.
 */
final class FunctionEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionEndpoints.class);
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_.]+(/[A-Za-z0-9_.]+)*(:[A-Za-z_$][A-Za-z0-9_$]*)?");

  private record Function(FunctionKind kind, ConvexFunction body) {}

  private record Call(String path, ConvexValue.Obj args, ValueFormat format) {}

  private final EmulatedDeployment deployment;
  private final Map<String, Function> functions = new ConcurrentHashMap<>();
  private final AtomicLong requestIds = new AtomicLong();

  FunctionEndpoints(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  void register(FunctionKind kind, String path, ConvexFunction function) {
    functions.put(canonical(path), new Function(kind, function));
  }

  void remove(String path) {
    functions.remove(canonical(path));
  }

  Response query(EmulatorRequest request) throws ApiException {
    return call(request, Optional.of(FunctionKind.QUERY));
  }

  Response mutation(EmulatorRequest request) throws ApiException {
    return call(request, Optional.of(FunctionKind.MUTATION));
  }

  Response action(EmulatorRequest request) throws ApiException {
    return call(request, Optional.of(FunctionKind.ACTION));
  }

  Response any(EmulatorRequest request) throws ApiException {
    return call(request, Optional.empty());
  }

  /** {@code /api/run/dir/module/function}. */
  Response run(EmulatorRequest request) throws ApiException {
    String path = request.path().substring("/api/run/".length());
    int slash = path.lastIndexOf('/');
    if (slash <= 0) {
      throw ApiException.badRequest("MissingIdentifier", "Expected /api/run/<module>/<function>");
    }
    deployment.authenticator().identify(request);
    RequestParameters parameters = body(request);
    String name = path.substring(0, slash) + ":" + path.substring(slash + 1);
    return execute(call(name, parameters), Optional.empty());
  }

  private Response call(EmulatorRequest request, Optional<FunctionKind> kind) throws ApiException {
    deployment.authenticator().identify(request);
    RequestParameters parameters =
        request.method().equals("GET") ? RequestParameters.ofQuery(request.query()) : body(request);
    String path =
        parameters.string("path").orElseThrow(() -> parameters.invalid("path", "present"));
    return execute(call(path, parameters), kind);
  }

  private static RequestParameters body(EmulatorRequest request) throws ApiException {
    EmulatedDeployment.requireJson(request);
    return RequestParameters.ofBody(request.body());
  }

  private Call call(String path, RequestParameters parameters) throws ApiException {
    if (!PATH.matcher(path).matches()) {
      throw ApiException.badRequest("BadConvexFunctionIdentifier", "Not a function path: " + path);
    }
    ConvexValue.Obj args;
    try {
      args = arguments(parameters.jsonText("args"));
    } catch (IllegalArgumentException e) {
      throw parameters.invalid("args", "a Convex object: " + e.getMessage());
    }
    return new Call(canonical(path), args, deployment.format(parameters));
  }

  /** An object, or the older form of an array with one object. */
  private static ConvexValue.Obj arguments(String json) {
    ConvexValue value = ValueParser.parse(json, ValueFormat.CONVEX_ENCODED_JSON);
    if (value instanceof ConvexValue.Arr array && array.values().size() == 1) {
      value = array.values().get(0);
    }
    if (value instanceof ConvexValue.Obj object) {
      return object;
    }
    throw new IllegalArgumentException("not an object");
  }

  private Response execute(Call call, Optional<FunctionKind> kind) {
    Function function = functions.get(call.path);
    if (deployment.switches().functionsPaused()) {
      return failure("The deployment is paused", Optional.empty(), call.format);
    }
    if (function == null || kind.isPresent() && kind.get() != function.kind) {
      String wanted = kind.map(k -> k.name().toLowerCase(Locale.ROOT)).orElse("function");
      return failure(
          "No public " + wanted + " named '" + call.path + "'", Optional.empty(), call.format);
    }
    try {
      ConvexValue result = run(function, call.args);
      return Response.json(
          sink -> {
            sink.buffer().ascii("{\"status\":\"success\",\"value\":");
            ValueWriter.write(result, call.format, sink.buffer());
            sink.buffer().append('}');
          });
    } catch (ConvexFunctionException e) {
      return failure(e.getMessage(), e.data(), call.format);
    } catch (RuntimeException e) {
      LOG.debug("Function {} failed", call.path, e);
      return failure("Uncaught " + e, Optional.empty(), call.format);
    }
  }

  private ConvexValue run(Function function, ConvexValue.Obj args) {
    return function.kind == FunctionKind.QUERY
        ? deployment.store().query(transaction -> function.body.call(transaction, args))
        : deployment
            .store()
            .commit(null, transaction -> function.body.call(transaction, args))
            .result();
  }

  private Response failure(String detail, Optional<ConvexValue> data, ValueFormat format) {
    String requestId = String.format("%016x", requestIds.incrementAndGet());
    return Response.json(
        sink -> {
          ByteBuf out = sink.buffer().ascii("{\"status\":\"error\",\"errorMessage\":");
          out.string("[Request ID: " + requestId + "] Server Error\n" + detail);
          if (data.isPresent()) {
            out.ascii(",\"errorData\":");
            ValueWriter.write(data.get(), format, out);
          }
          out.append('}');
        });
  }

  /** {@code dir/module:function}; the function may be omitted, the module may end in .js. */
  private static String canonical(String path) {
    int colon = path.indexOf(':');
    String module = colon < 0 ? path : path.substring(0, colon);
    String function = colon < 0 ? "default" : path.substring(colon + 1);
    if (module.endsWith(".js")) {
      module = module.substring(0, module.length() - 3);
    }
    return module + ":" + function;
  }
}
