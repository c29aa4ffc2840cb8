package io.convexpowersync.standalone;

/** A process that has ended, or a command that has run in this one. */
record Finished(int exit, String out, String err) {}
