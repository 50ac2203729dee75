/** Keeps a plugin that misbehaves from doing harm to what does not depend on it. */
package io.leba.kernel.contain;
