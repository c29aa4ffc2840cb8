package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.config.SyncConfigFile;
import java.util.ArrayList;
import java.util.List;

/** Compiles the queries of one stream to resolvers, in the order that numbers them. */
final class StreamCompiler {
  private final SyncConfigFile.Stream stream;
  private final CommonTables commonTables;
  private final Problems problems;

  StreamCompiler(SyncConfigFile.Stream stream, CommonTables commonTables, Problems problems) {
    this.stream = stream;
    this.commonTables = commonTables;
    this.problems = problems;
  }

  List<Resolver> compile() {
    List<Resolver> resolvers = new ArrayList<>();
    for (SqlText text : stream.queries()) {
      QueryCompiler.compile(text, commonTables, problems)
          .ifPresent(query -> addResolvers(query, resolvers));
    }
    return resolvers;
  }

  private void addResolvers(Query query, List<Resolver> resolvers) {
    Warnings warnings = new Warnings(problems);
    for (List<Atom> term : TermSimplifier.simplify(NormalForm.of(query, problems))) {
      Resolver resolver = ResolverBuilder.build(query, term, problems);
      resolvers.add(resolver);
      if (!stream.acceptsDangerousQueries()) {
        warnings.check(resolver);
      }
    }
  }
}
