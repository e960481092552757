package ai.graft.finetune.bench;

import ai.graft.finetune.engine.ResidentMemory;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The benchmarks from a command line. */
@Command(
        name = "bench",
        description = "What Graft's training engine is measured against.",
        mixinStandardHelpOptions = true,
        subcommands = {
            StepCommand.class,
            SoakCommand.class,
            TurnsCommand.class,
            BenchMain.Baseline.class,
            BenchMain.Gemm.class
        })
public final class BenchMain {

    /**
     * Runs the benchmark that the arguments name, then ends the process: PyTorch's threads are no daemons.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** All commands; values of options are read whatever their case. */
    static CommandLine commandLine() {
        return new CommandLine(new BenchMain()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Sets the engine's threads, which must happen before the engine is first used. */
    static void useThreads(int threads) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    }

    @Command(
            name = "baseline",
            description = "Steps of a BERT written with DJL's NDArray operations, on random tokens.")
    static final class Baseline implements Runnable {
        @Spec
        private CommandSpec spec;

        @Option(names = "--layers", defaultValue = "12", description = "default ${DEFAULT-VALUE}, as BERT-base")
        private int layers;

        @Option(
                names = "--hidden",
                defaultValue = "768",
                description = "default ${DEFAULT-VALUE}; feed-forward 4 times")
        private int hidden;

        @Option(names = "--heads", defaultValue = "12", description = "default ${DEFAULT-VALUE}")
        private int heads;

        @Option(names = "--vocabulary", defaultValue = "30522", description = "default ${DEFAULT-VALUE}")
        private int vocabulary;

        @Option(names = "--batch", defaultValue = "8", description = "default ${DEFAULT-VALUE}")
        private int batch;

        @Option(names = "--length", defaultValue = "128", description = "tokens a row, default ${DEFAULT-VALUE}")
        private int length;

        @Option(names = "--dropout", defaultValue = "0.1", description = "default ${DEFAULT-VALUE}")
        private double dropout;

        @Option(names = "--steps", defaultValue = "4", description = "the first is warm-up, default ${DEFAULT-VALUE}")
        private int steps;

        @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
        private int threads;

        @Override
        public void run() {
            useThreads(threads);
            BertShape shape = new BertShape(layers, hidden, heads, 4 * hidden, vocabulary, Math.max(512, length), 2);
            PrintWriter out = spec.commandLine().getOut();
            try (NdArrayBert bert = new NdArrayBert(shape, dropout, 1)) {
                for (int step = 0; step < steps; step++) {
                    train(bert, shape, step, out);
                }
            }
            ResidentMemory.peakBytes().ifPresent(bytes -> out.printf(Locale.ROOT, "peak %.2f GB%n", bytes / 1e9));
            out.flush();
        }

        private void train(NdArrayBert bert, BertShape shape, int step, PrintWriter out) {
            Random random = new Random(step);
            int[] ids = random.ints((long) batch * length, 0, vocabulary).toArray();
            int[] ones = new int[ids.length];
            Arrays.fill(ones, 1);
            int[] labels = random.ints(batch, 0, 2).toArray();
            long start = System.nanoTime();
            double loss = bert.step(ids, ones, new int[ids.length], labels, 1e-4);
            double seconds = (System.nanoTime() - start) / 1e9;
            double gflops = shape.trainingFlops(batch, length) / seconds / 1e9;
            out.printf(Locale.ROOT, "step %d loss %.4f %.3f s %.0f GFLOP/s%n", step, loss, seconds, gflops);
            out.flush();
        }
    }

    @Command(name = "gemm", description = "The rate of plain matrix products, fp32 and bf16 in turn.")
    static final class Gemm implements Runnable {
        /** Rows (B times S), inner, columns: the products of BERT-base at 8 x 128 and of MiniLM at 32 x 32. */
        private static final int[][] SIZES = {{1024, 768, 3072}, {1024, 3072, 768}, {1024, 768, 768}, {1024, 384, 1536}
        };

        @Spec
        private CommandSpec spec;

        @Option(names = "--rounds", defaultValue = "15", description = "runs of each, default ${DEFAULT-VALUE}")
        private int rounds;

        @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
        private int threads;

        @Override
        public void run() {
            useThreads(threads);
            PrintWriter out = spec.commandLine().getOut();
            for (int[] size : SIZES) {
                for (GemmRate rate : GemmRate.measure(size[0], size[1], size[2], rounds)) {
                    out.printf(
                            Locale.ROOT,
                            "%dx%dx%d %s: median %.0f, best %.0f GFLOP/s%n",
                            rate.rows(),
                            rate.inner(),
                            rate.columns(),
                            rate.type(),
                            rate.medianGflops(),
                            rate.bestGflops());
                }
                out.flush();
            }
        }
    }
}
