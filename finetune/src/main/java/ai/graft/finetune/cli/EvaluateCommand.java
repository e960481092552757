package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.evaluate.Comparison;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.LengthBucket;
import ai.graft.finetune.evaluate.OutOfScope;
import ai.graft.finetune.evaluate.RiskCoverage;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.train.Answerer;
import ai.graft.finetune.train.EvaluationReport;
import ai.graft.finetune.train.RunningModel;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft evaluate}: judges a fine-tuned model on labelled texts, alone or against another. */
@Command(
        name = "evaluate",
        abbreviateSynopsis = true,
        description = "Judge a fine-tuned model on labelled texts.",
        footer = {"", "Example: graft evaluate --model reviews-model --test test.tsv --report r.html"})
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

    @Option(names = "--out-of-scope", paramLabel = "F", description = "Texts of no label: are they told apart?")
    private Optional<Path> outOfScope = Optional.empty();

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
        if (model.isEmpty()) {
            questions.requireScoring(given());
            QuestionSet set = QuestionFiles.read(test, data.charset());
            new QuestionScoring(questions, output).run(test, set, console);
            return;
        }
        questions.requireNoScoring(given());
        if (RuntimeOption.answersQuestions(model.get())) {
            QuestionOptions.requireNotOfTexts(given());
            TestData<Answerer> set = new TestData.Questions(QuestionFiles.read(test, data.charset()));
            judge(
                    set,
                    name -> runtime.openAnswerer(name, precision, compute, console),
                    answerer -> Optional.empty(),
                    console);
        } else {
            questions.requireNoTask();
            TestData.Texts set = new TestData.Texts(labelled(), unknownLabels.value());
            Optional<List<TextInput>> outside =
                    outOfScope.map(file -> TextFiles.read(file, Integer.MAX_VALUE, console));
            judge(
                    set,
                    name -> runtime.open(name, precision, compute, longTexts.value(), console),
                    model -> outside.map(texts -> model.outOfScope(set.inputs(), texts)),
                    console);
        }
    }

    /** Refused before a long computation. */
    private void requireConfidence(Task task) {
        if (outOfScope.isPresent() && !(task instanceof Task.SingleLabel)) {
            throw new IllegalArgumentException("--out-of-scope is for models that give one label, but "
                    + model.orElseThrow() + " is " + task.name() + ". Leave it out.");
        }
    }

    private Dataset labelled() {
        Dataset whole = data.read(test);
        return parts.isGiven() ? SplitOptions.part(parts.of(whole), "test") : whole;
    }

    /** Opens a model by its name. */
    private interface Opening<M extends RunningModel> {
        RuntimeOption.Opened<M> open(String name) throws IOException;
    }

    private <M extends RunningModel> void judge(
            TestData<M> set, Opening<M> opening, Function<M, Optional<OutOfScope>> apart, Console console)
            throws IOException {
        console.err().println(test + ": " + set.facts().description());
        JudgedTexts judged;
        Optional<OutOfScope> outside;
        double seconds;
        try (RuntimeOption.Opened<M> opened = opening.open(model.orElseThrow())) {
            M tuned = opened.model();
            requireConfidence(tuned.task());
            long start = System.nanoTime();
            judged = set.judge(tuned);
            seconds = (System.nanoTime() - start) / 1e9;
            outside = apart.apply(tuned);
            console.err()
                    .println(tuned.limit().note(judged.tooLong(), judged.texts().size()));
            if (report.isPresent()) {
                EvaluationReport.write(report.get(), model.orElseThrow(), tuned, set.facts(), judged);
                console.err().println("report: " + report.get());
            }
        }
        Optional<Comparison> comparison = Optional.empty();
        if (against.isPresent()) {
            try (RuntimeOption.Opened<M> opened = opening.open(against.get())) {
                comparison = Optional.of(Comparison.of(
                        judged.evaluation(), set.judge(opened.model()).evaluation()));
            }
        }
        print(console, judged, new Beside(riskCoverage(judged), outside, comparison), seconds);
    }

    /** What is told beside the judgement. */
    private record Beside(
            Optional<RiskCoverage> coverage, Optional<OutOfScope> outOfScope, Optional<Comparison> comparison) {}

    private static Optional<RiskCoverage> riskCoverage(JudgedTexts judged) {
        return judged.evaluation() instanceof SingleLabelEvaluation single ? single.riskCoverage() : Optional.empty();
    }

    private void print(Console console, JudgedTexts judged, Beside beside, double seconds) throws IOException {
        List<LengthBucket> buckets = LengthBucket.of(judged.evaluation(), judged.lengths());
        double rate = judged.texts().size() / seconds;
        if (output.json()) {
            ObjectNode json = judged.evaluation().toJson();
            json.put("seconds", seconds).put("examples_per_second", rate);
            json.put("max_length", judged.maxLength()).put("too_long", judged.tooLong());
            ArrayNode byLength = json.putArray("by_length");
            buckets.forEach(bucket -> byLength.add(bucket.toJson()));
            beside.coverage.ifPresent(found -> json.set("coverage", found.toJson()));
            beside.outOfScope.ifPresent(found -> json.set("out_of_scope", found.toJson()));
            beside.comparison.ifPresent(
                    found -> json.set("against", found.toJson().put("model", against.orElseThrow())));
            JsonOutput.print(console, json);
            return;
        }
        console.out().println(judged.evaluation().table());
        console.out().println(LengthBucket.table(buckets));
        beside.coverage.ifPresent(found -> console.out().println(found.table()));
        beside.outOfScope.ifPresent(found -> console.out().println(found.table()));
        beside.comparison.ifPresent(
                found -> console.out().println("Against " + against.orElseThrow() + ":\n" + found.table()));
        console.out().println(String.format(Locale.ROOT, "%.1f s, %.0f examples/s", seconds, rate));
    }
}
