package io.convexpowersync.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.convexpowersync.standalone.config.PipelineConfigLoader;
import io.convexpowersync.standalone.export.ConnectorConfigs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the connectors that do in a Kafka Connect cluster what a pipeline.yaml says. */
@Command(
    name = "export-config",
    description = {
      "Prints the JSON of the source and the sink connector for a Kafka Connect cluster.",
      "Secrets are left out: the connectors refer to a file of the workers. The sync config that is"
          + " deployed in the storage stays; deploy it again to have it built from Kafka."
    })
final class ExportConfigCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The pipeline.yaml to translate.")
  private Path config;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      defaultValue = "convex",
      description = "Topic prefix; the log topic is <NAME>.log. Default: ${DEFAULT-VALUE}.")
  private String prefix;

  @Option(
      names = "--only",
      paramLabel = "source|sink",
      description = "Print one connector, as the body of POST /connectors.")
  private Side only;

  /** One of the two. */
  enum Side {
    SOURCE,
    SINK
  }

  @Override
  public Integer call() throws JsonProcessingException {
    ConnectorConfigs configs =
        new ConnectorConfigs(
            new PipelineConfigLoader(ExportConfigCommand::environment).load(config), prefix);
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> source = connector("convex", configs.source());
    Map<String, Object> sink = connector("powersync", configs.sink());
    if (only == null) {
      out.println(JSON.writeValueAsString(new Object[] {source, sink}));
    } else {
      out.println(JSON.writeValueAsString(only == Side.SOURCE ? source : sink));
    }
    if (configs.needsDatabase() && only != Side.SOURCE) {
      spec.commandLine()
          .getErr()
          .println("the embedded PostgreSQL stays with the runner: set connection.url to another");
    }
    return ExitCode.OK;
  }

  /** Secrets are not needed, so they may be missing. */
  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name)).orElse("not-set");
  }

  private Map<String, Object> connector(String kind, Map<String, String> properties) {
    Map<String, Object> connector = new LinkedHashMap<>();
    connector.put("name", prefix + "-" + kind);
    connector.put("config", properties);
    return connector;
  }
}
