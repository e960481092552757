package ai.graft.serving.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks from a command line. */
@Command(
        name = "bench",
        description = "What Graft's predictions are measured against.",
        mixinStandardHelpOptions = true,
        subcommands = {AnswerBench.class, EmbedBench.class, ForwardBench.class, ProductRate.class})
public final class BenchMain {
    /**
     * Runs the benchmark that the arguments name.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchMain());
    }
}
