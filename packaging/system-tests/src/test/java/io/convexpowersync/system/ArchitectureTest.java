package io.convexpowersync.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which: dependencies point down only, and the pure parts stay pure. */
@AnalyzeClasses(packages = "io.convexpowersync", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String OURS = "io.convexpowersync..";
  private static final String EVENTS = "io.convexpowersync.events..";
  private static final String CLIENT = "io.convexpowersync.client..";
  private static final String SOURCE = "io.convexpowersync.source..";
  private static final String EMULATOR = "io.convexpowersync.emulator..";
  private static final String STREAMS = "io.convexpowersync.streams..";
  private static final String STORAGE = "io.convexpowersync.storage..";
  private static final String SINK = "io.convexpowersync.sink..";
  private static final String STANDALONE = "io.convexpowersync.standalone..";
  private static final String KAFKA = "org.apache.kafka..";

  @ArchTest
  static final ArchRule modulesKnowOnlyWhatIsBelowThem =
      noClasses()
          .that()
          .resideInAnyPackage(EVENTS, CLIENT, EMULATOR, STREAMS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SOURCE, STORAGE, SINK, STANDALONE);

  @ArchTest
  static final ArchRule theEmulatorKnowsNoneOfOurs =
      noClasses()
          .that()
          .resideInAPackage(EMULATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EVENTS, CLIENT, STREAMS);

  @ArchTest
  static final ArchRule theLeavesDoNotKnowEachOther =
      slices()
          .matching("io.convexpowersync.(events|client|streams)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule theSourceKnowsOnlyClientAndEvents =
      noClasses()
          .that()
          .resideInAPackage(SOURCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EMULATOR, STREAMS, STORAGE, SINK, STANDALONE);

  @ArchTest
  static final ArchRule theStorageKnowsOnlySyncStreams =
      noClasses()
          .that()
          .resideInAPackage(STORAGE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EVENTS, CLIENT, SOURCE, EMULATOR, SINK, STANDALONE);

  @ArchTest
  static final ArchRule theSinkKnowsNothingOfTheConvexSide =
      noClasses()
          .that()
          .resideInAPackage(SINK)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLIENT, SOURCE, EMULATOR, STANDALONE);

  @ArchTest
  static final ArchRule onlyThePluginsAndEventsKnowKafka =
      noClasses()
          .that()
          .resideInAnyPackage(CLIENT, EMULATOR, STREAMS, STORAGE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(KAFKA);

  @ArchTest
  static final ArchRule eventsNeedOnlyTheConnectApi =
      noClasses()
          .that()
          .resideInAPackage(EVENTS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka.connect.runtime..", "org.apache.kafka.connect.json..", "okhttp3..");

  @ArchTest
  static final ArchRule syncStreamsDoNoInputOrOutput =
      noClasses()
          .that()
          .resideInAPackage(STREAMS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..", "okhttp3..");

  @ArchTest
  static final ArchRule stateMachinesDoNoInputOrOutput =
      classes()
          .that()
          .resideInAPackage("io.convexpowersync.sink.log..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.convexpowersync.sink.log..", EVENTS, "java.lang..", "java.util..");

  @ArchTest
  static final ArchRule debeziumStaysInTheRunner =
      noClasses()
          .that()
          .resideInAPackage(OURS)
          .and()
          .resideOutsideOfPackage(STANDALONE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.debezium..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.convexpowersync.(**)").should().beFreeOfCycles();
}
