/** An access log: event loops write lines into memory of their own, a background thread carries them to the file. */
package io.leba.plugin.telemetry.accesslog;
