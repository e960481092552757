/**
 * The command line {@code graft}.
 *
 * <p>Reading order: {@link ai.graft.finetune.cli.Graft} (the entry point and the list of commands), {@link
 * ai.graft.finetune.cli.Subcommand} (what each command is), {@link ai.graft.finetune.cli.Failure} (the one place where
 * exceptions become exit codes and messages), {@link ai.graft.finetune.cli.Console} (the three streams) with {@link
 * ai.graft.finetune.cli.JsonOutput}, {@link ai.graft.finetune.cli.Interruption} (Ctrl-C while there is something to save); then one class a command. Options that several commands have are mixins: {@link
 * ai.graft.finetune.cli.OutputOptions}, {@link ai.graft.finetune.cli.ComputeOptions}.
 *
 * <p>Each command runs on the thread that calls it; nothing here is shared between threads but {@code
 * Interruption}, which Java tells of signals in a thread of its own. A command that does not compute
 * must not touch {@link ai.graft.finetune.engine}: loading PyTorch costs most of a second.
 */
@NullMarked
package ai.graft.finetune.cli;

import org.jspecify.annotations.NullMarked;
