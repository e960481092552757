package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.train.FineTuned;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft evaluate}: judges a fine-tuned model on labelled texts. */
@Command(
        name = "evaluate",
        abbreviateSynopsis = true,
        description = "Judge a fine-tuned model on labelled texts.",
        footer = {"", "Example: graft evaluate --model reviews-model --test test.tsv"})
final class EvaluateCommand extends Subcommand {
    @Option(names = "--model", paramLabel = "D", required = true, description = "Directory of a fine-tuned model.")
    String model;

    @Option(
            names = {"--test", "--data"},
            paramLabel = "F",
            required = true,
            description = "Labelled texts; or one file a label: pos=F,neg=F.")
    String test;

    @Mixin
    DataOptions data = new DataOptions();

    @Mixin
    SplitOptions parts = new SplitOptions();

    @Option(names = "--precision", paramLabel = "P", description = "fp32 (the default) or bf16.")
    Precision precision = Precision.FP32;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        Dataset whole = data.read(test);
        Dataset set = parts.isGiven() ? SplitOptions.part(parts.of(whole), "test") : whole;
        console.err().println(test + ": " + set.description());
        try (FineTuned tuned = FineTuned.open(model, precision, compute.open())) {
            long start = System.nanoTime();
            Evaluation evaluation = tuned.evaluate(set);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (output.json()) {
                ObjectNode json = evaluation.toJson();
                json.put("seconds", seconds).put("examples_per_second", set.size() / seconds);
                JsonOutput.print(console, json);
            } else {
                console.out().println(evaluation.table());
                console.out()
                        .println(
                                String.format(Locale.ROOT, "%n%.1f s, %.0f examples/s", seconds, set.size() / seconds));
            }
        }
    }
}
