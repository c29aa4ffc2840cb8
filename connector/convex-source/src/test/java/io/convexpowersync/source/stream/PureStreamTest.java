package io.convexpowersync.source.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The state machine does no I/O, reads no configuration, and knows nothing of Kafka. */
@AnalyzeClasses(
    packages = "io.convexpowersync.source.stream",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class PureStreamTest {
  @ArchTest
  static final ArchRule dependsOnlyOnValues =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.convexpowersync.source.stream",
              "io.convexpowersync.events",
              "io.convexpowersync.client",
              "java.lang..",
              "java.util..");
}
