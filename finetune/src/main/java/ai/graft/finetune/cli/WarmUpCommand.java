package ai.graft.finetune.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * {@code graft warm-up}: runs the commands whose start-up counts, quietly, so that an archive of their classes (AppCDS) can be
 * written when the process ends. A command that fails, say without a writable cache, just leaves its classes out.
 */
@Command(name = "warm-up", hidden = true, description = "Load the classes of the quick commands, for ./graft.")
final class WarmUpCommand extends Subcommand {
    private static final List<String[]> RUNS = List.of(
            new String[] {"--help"},
            new String[] {"inspect", "minilm"},
            new String[] {"inspect", "minilm", "--json"},
            new String[] {"tokenize", "warm", "up"},
            new String[] {"tokenize", "--json", "warm up"},
            new String[] {"doctor"});

    @Override
    void run(Console console) {
        for (String[] words : RUNS) {
            Graft.run(
                    new Console(
                            InputStream.nullInputStream(),
                            OutputStream.nullOutputStream(),
                            OutputStream.nullOutputStream()),
                    words);
        }
    }
}
