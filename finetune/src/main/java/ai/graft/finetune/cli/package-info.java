/**
 * The command line {@code graft}.
 *
 * <p>Reading order: {@link ai.graft.finetune.cli.Graft}, the entry point. Each command runs on the thread that calls it;
 * nothing here is shared between threads.
 */
@NullMarked
package ai.graft.finetune.cli;

import org.jspecify.annotations.NullMarked;
