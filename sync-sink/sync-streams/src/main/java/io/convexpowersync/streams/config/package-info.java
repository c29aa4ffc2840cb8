/** The YAML of a sync config: structure, options, and where in the file each SQL text is. */
package io.convexpowersync.streams.config;
