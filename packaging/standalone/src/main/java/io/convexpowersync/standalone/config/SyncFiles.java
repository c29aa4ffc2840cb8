package io.convexpowersync.standalone.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A sync config.
 *
 * @param plan the same, compiled elsewhere; usually it is compiled here
 */
public record SyncFiles(Path config, Optional<Path> plan) {}
