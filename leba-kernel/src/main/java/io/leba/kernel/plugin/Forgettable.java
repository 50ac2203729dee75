package io.leba.kernel.plugin;

/** A record for {@link RecordCaches} to link in a plugin's place. */
record Forgettable(Object component) {}
