package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DemoIT {
  @Test
  void onceEndsWithOneLineThatSaysWhatWasVerified() {
    Finished finished = Cli.here("demo", "--once", "--todos", "300");
    assertThat(finished.err()).isEmpty();
    assertThat(finished.exit()).isZero();
    assertThat(finished.out().lines().reduce((a, b) -> b).orElseThrow())
        .matches(
            "demo ok: documents=[1-9][0-9]* operations=[1-9][0-9]* checkpoint=[0-9]{19}"
                + " verified=[1-9][0-9]*");
    assertThat(finished.out()).contains("Ada", "Ben", "Cleo", "Dev");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM powersync.bucket_data WHERE op_id = (SELECT min(op_id) FROM"
            + " powersync.bucket_data)",
        "UPDATE powersync.bucket_data SET data = replace(data, 'Buy', 'Sell'), checksum = checksum"
            + " WHERE op_id = (SELECT max(op_id) FROM powersync.bucket_data WHERE data LIKE"
            + " '%Buy%')",
        "DELETE FROM powersync.bucket_parameters WHERE id = (SELECT max(id) FROM"
            + " powersync.bucket_parameters WHERE bucket_parameters <> '[]')"
      })
  void onceFailsWhenTheStorageDisagreesWithTheDeployment(String damage) {
    CommandLine commandLine = CommandLineApp.create();
    DemoCommand demo =
        new DemoCommand(
            storage ->
                assertThat(Sql.execute(storage.server().orElseThrow().address(), damage))
                    .isEqualTo(1));
    commandLine.getCommandSpec().removeSubcommand("demo");
    commandLine.addSubcommand(demo);
    Finished finished = Cli.here(commandLine, "demo", "--once", "--todos", "50");
    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.err())
        .hasLineCount(1)
        .contains("differences between the storage and the deployment at checkpoint");
    assertThat(finished.out()).doesNotContain("demo ok");
  }
}
