package io.convexpowersync.standalone.config;

import java.nio.file.Path;

/** A sync config and its compiled plan. */
public record SyncFiles(Path config, Path plan) {}
