/**
 * Compiles sync configs of edition 3 to sync plans: the same plans, number for number, as
 * PowerSync's own compiler.
 *
 * <p>The way of a query: {@link QueryCompiler} resolves names and lowers SQL to plan expressions;
 * {@link NormalForm} turns its conditions into an OR of ANDs; {@link TermSimplifier} merges what
 * depends on one table; {@link ResolverBuilder} makes each AND a resolver, that is row filters and
 * partition keys of the source table with the lookups that find their values; {@link
 * StreamCompiler} merges the resolvers of a stream; {@link PlanWriter} shares what streams have in
 * common and numbers everything.
 */
package io.convexpowersync.streams.compiler;
