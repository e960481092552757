package ai.graft.finetune.cli;

import java.util.concurrent.Callable;

/**
 * A command of {@code graft} that another module adds: a class with picocli's {@code @Command}, named in {@code META-INF/services}. It
 * prints to the writers of its command line and gives an exit code; what it throws becomes a message and an exit code as of any
 * command.
 */
public interface AddedCommand extends Callable<Integer> {}
