/**
 * What {@code config.json} says: one record an architecture, fields named as in the file.
 *
 * <p>Read {@link ai.graft.model.config.ConfigFile} first (a whole {@code config.json} with its labels), then {@link
 * ai.graft.model.config.ModelConfig} and its records. Everything here is immutable.
 */
@NullMarked
package ai.graft.model.config;

import org.jspecify.annotations.NullMarked;
