package io.convexpowersync.standalone;

import io.convexpowersync.standalone.config.ConfigException;
import io.convexpowersync.standalone.config.PipelineConfigLoader;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.SchemaMode;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.config.StorageSettings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the storage is, for commands that are not told by a pipeline file alone. */
final class StorageOptions {
  @Option(
      names = {"--storage", "--postgres"},
      required = true,
      paramLabel = "URL",
      description = {
        "PostgreSQL of the bucket storage: postgresql://user:password@host:5432/database.",
        "The password may be left out and given in the environment variable PGPASSWORD."
      })
  private String url;

  @Option(
      names = "--pipeline",
      required = true,
      paramLabel = "FILE",
      description = "Use the storage of this pipeline.yaml, the embedded one too.")
  private Path pipeline;

  StorageSettings settings(boolean createSchema) {
    if (pipeline != null) {
      return new PipelineConfigLoader(System::getenv).load(pipeline).storage();
    }
    PostgresAddress address =
        PostgresAddress.parse(url)
            .orElseThrow(() -> new ConfigException("--storage must be " + PostgresAddress.FORM));
    Optional<Secret> password =
        address
            .password()
            .or(() -> Optional.ofNullable(System.getenv("PGPASSWORD")).map(Secret::new));
    return new StorageSettings.External(
        address.withCredentials(Optional.empty(), password),
        createSchema ? SchemaMode.CREATE : SchemaMode.REQUIRE);
  }
}
