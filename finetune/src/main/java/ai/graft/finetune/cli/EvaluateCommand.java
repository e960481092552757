package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.evaluate.Comparison;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.LengthBucket;
import ai.graft.finetune.train.EvaluationReport;
import ai.graft.finetune.train.TextModel;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft evaluate}: judges a fine-tuned model on labelled texts, alone or against another. */
@Command(
        name = "evaluate",
        abbreviateSynopsis = true,
        description = "Judge a fine-tuned model on labelled texts.",
        footer = {
            "",
            "Example: graft evaluate --model reviews-model --test test.tsv --report r.html",
            "         graft evaluate --task qa --test dev.json --predictions answers.json"
        })
final class EvaluateCommand extends Subcommand {
    @Option(names = "--model", paramLabel = "D", description = "Directory of a fine-tuned or exported model.")
    Optional<String> model = Optional.empty();

    @Option(names = "--against", paramLabel = "D", description = "Directory of a second model to compare with.")
    Optional<String> against = Optional.empty();

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

    @Option(
            names = {"--report", "--out"},
            paramLabel = "F",
            description = "HTML to write: figures, charts, worst mistakes.")
    Optional<Path> report = Optional.empty();

    @Option(names = "--precision", paramLabel = "P", description = "fp32 (the default) or bf16.")
    Precision precision = Precision.FP32;

    @Mixin
    private QuestionOptions questions;

    @Mixin
    private RuntimeOption runtime;

    @Mixin
    private LongTextOption longTexts;

    @Mixin
    private UnknownLabelsOption unknownLabels;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        if (questions.areAsked(given())) {
            new QuestionScoring(questions, output).run(test, data.questions(test), console);
        } else {
            judge(
                    model.orElseThrow(() -> new IllegalArgumentException(
                            "Missing required option: '--model=D'. Name a model; or score a file of answers with --task qa"
                                    + " --predictions FILE.")),
                    console);
        }
    }

    private void judge(String model, Console console) throws IOException {
        Dataset whole = data.read(test);
        Dataset set = parts.isGiven() ? SplitOptions.part(parts.of(whole), "test") : whole;
        console.err().println(test + ": " + set.description());
        JudgedTexts judged;
        double seconds;
        try (RuntimeOption.Opened opened = open(model, console)) {
            TextModel tuned = opened.model();
            long start = System.nanoTime();
            judged = tuned.judge(set, unknownLabels.value());
            seconds = (System.nanoTime() - start) / 1e9;
            console.err().println(tuned.limit().note(judged.tooLong(), set.size()));
            if (report.isPresent()) {
                EvaluationReport.write(report.get(), model, tuned, set, judged);
                console.err().println("report: " + report.get());
            }
        }
        Optional<Comparison> comparison = Optional.empty();
        if (against.isPresent()) {
            comparison = Optional.of(Comparison.of(judged.evaluation(), other(against.get(), set, console)));
        }
        print(console, judged, comparison, seconds);
    }

    private Evaluation other(String name, Dataset set, Console console) throws IOException {
        try (RuntimeOption.Opened opened = open(name, console)) {
            return opened.model().judge(set, unknownLabels.value()).evaluation();
        }
    }

    private RuntimeOption.Opened open(String name, Console console) throws IOException {
        return runtime.open(name, precision, compute, longTexts.value(), console);
    }

    private void print(Console console, JudgedTexts judged, Optional<Comparison> comparison, double seconds)
            throws IOException {
        List<LengthBucket> buckets = LengthBucket.of(judged.evaluation(), judged.lengths());
        double rate = judged.texts().size() / seconds;
        if (output.json()) {
            ObjectNode json = judged.evaluation().toJson();
            json.put("seconds", seconds).put("examples_per_second", rate);
            json.put("max_length", judged.maxLength()).put("too_long", judged.tooLong());
            ArrayNode byLength = json.putArray("by_length");
            buckets.forEach(bucket -> byLength.add(bucket.toJson()));
            comparison.ifPresent(found -> json.set("against", found.toJson().put("model", against.orElseThrow())));
            JsonOutput.print(console, json);
            return;
        }
        console.out().println(judged.evaluation().table());
        console.out().println(LengthBucket.table(buckets));
        comparison.ifPresent(
                found -> console.out().println("Against " + against.orElseThrow() + ":\n" + found.table()));
        console.out().println(String.format(Locale.ROOT, "%.1f s, %.0f examples/s", seconds, rate));
    }
}
