package ai.graft.finetune.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** One command of {@code graft}; whatever it throws becomes an exit code and a message by {@link Failure}. */
abstract class Subcommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Does the work: results to {@link Console#out}, progress to {@link Console#err}. */
    abstract void run(Console console) throws IOException;

    /** Names of the options that the caller gave. */
    final List<String> given() {
        return spec.commandLine().getParseResult().matchedOptionsSet().stream()
                .map(OptionSpec::longestName)
                .toList();
    }

    @Override
    public final Integer call() throws IOException {
        run(Graft.of(spec).console());
        return 0;
    }
}
