/**
 * A local stand-in for a Convex deployment: {@link io.convexpowersync.emulator.ConvexEmulator}.
 *
 * <p>It answers like the open-source server of August 2026 as far as a client of the legacy
 * streaming export can tell. Left out: the Data Sync API (404, as on older servers), running
 * imports with their hidden tables, system tables other than their rows in the log, user
 * authentication (every token is refused), minimum client versions, and the time limits of pages
 * and requests.
 */
package io.convexpowersync.emulator;
