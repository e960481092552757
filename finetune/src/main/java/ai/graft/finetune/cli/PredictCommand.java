package ai.graft.finetune.cli;

import ai.graft.datasets.Example;
import ai.graft.datasets.ExampleStream;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.train.Answerer;
import ai.graft.finetune.train.TextModel;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft predict}: a fine-tuned model's answers for texts. */
@Command(
        name = "predict",
        abbreviateSynopsis = true,
        description = "Answer texts with a fine-tuned model.",
        footer = {
            "",
            "Example: graft predict --model reviews-model \"What a lovely film.\"",
            "         graft predict --model reviews-model --json new.csv > answers.jsonl"
        })
final class PredictCommand extends Subcommand {
    /** Lines of standard input that are answered together; an answer is never further away than this. */
    private static final int LINES_TOGETHER = 256;

    /** Stands for the label where none is given. */
    private static final String ABSTAINS = "(abstains)";

    /** Rows of a file that are held and answered together: enough to batch like with like. */
    private static final int ROWS_TOGETHER = 1024;

    @Option(
            names = "--model",
            paramLabel = "D",
            required = true,
            description = "Directory of a fine-tuned or exported model.")
    String model;

    @Parameters(
            paramLabel = "TEXT|FILE",
            arity = "0..*",
            description = "Texts, or files of texts; standard input, a text a line, where there are none or '-'.")
    List<String> inputs = List.of();

    @Option(names = "--pair", paramLabel = "TEXT", description = "Second text of a single text.")
    Optional<String> pair = Optional.empty();

    @Mixin
    private AskedQuestion asked;

    @Mixin
    DataOptions data = new DataOptions();

    @Option(
            names = "--abstain-below",
            paramLabel = "P",
            description = "Give no label where its probability is below P.")
    private Optional<Double> abstainBelow = Optional.empty();

    @Option(names = "--csv", description = "CSV: text, label, score.")
    boolean csv;

    @Option(names = "--precision", paramLabel = "P", description = "fp32 (the default) or bf16.")
    Precision precision = Precision.FP32;

    @Mixin
    private RuntimeOption runtime;

    @Mixin
    private LongTextOption longTexts;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    private int answered;
    private int tooLong;

    /** A text, and where it stood in a file (0 for a text that was given as it is). */
    private record Source(TextInput text, int row) {}

    @Override
    void run(Console console) throws IOException {
        if (asked.isGiven() || RuntimeOption.answersQuestions(model)) {
            try (RuntimeOption.Opened<Answerer> opened = runtime.openAnswerer(model, precision, compute, console)) {
                asked.answer(console, opened.model(), inputs, data.charset(), output.json());
            }
            return;
        }
        try (RuntimeOption.Opened<TextModel> opened =
                runtime.open(model, precision, compute, longTexts.value(), console)) {
            requireConfidence(opened.model().task());
            answerAll(console, opened.model());
            noteTooLong(console, opened.model().limit());
        }
    }

    private void requireConfidence(Task task) {
        if (abstainBelow.isPresent() && !(task instanceof Task.SingleLabel)) {
            throw new IllegalArgumentException("--abstain-below is for models that give one label, but " + model
                    + " is " + task.name() + ". Leave it out.");
        }
        abstainBelow.filter(p -> !(p >= 0 && p <= 1)).ifPresent(p -> {
            throw new IllegalArgumentException("--abstain-below is " + p + ", expected a probability from 0 to 1");
        });
    }

    private void noteTooLong(Console console, LengthLimit limit) {
        if (tooLong > 0) {
            console.err().println("graft: " + limit.note(tooLong, answered));
        }
    }

    private void answerAll(Console console, TextModel answering) throws IOException {
        if (csv) {
            printCsv(console, List.of("text", "label", "score"));
        }
        List<String> sources = inputs.isEmpty() ? List.of("-") : inputs;
        for (String source : sources) {
            if (source.equals("-")) {
                answerLines(console, answering);
            } else {
                answer(console, answering, source);
            }
        }
    }

    private void answer(Console console, TextModel answering, String source) throws IOException {
        Path file = source.length() < 4096 && source.indexOf('\0') < 0 ? asPath(source) : Path.of("");
        if (Files.isRegularFile(file)) {
            answerRows(console, answering, file);
        } else {
            answer(console, answering, List.of(new Source(new TextInput(source, pair), 0)));
        }
    }

    /** A file may be larger than memory: its rows are read and answered group by group. */
    private void answerRows(Console console, TextModel answering, Path file) throws IOException {
        try (ExampleStream rows = data.stream(file)) {
            console.err().println(file + ": " + rows.description());
            for (List<Example> group = rows.next(ROWS_TOGETHER); !group.isEmpty(); group = rows.next(ROWS_TOGETHER)) {
                answer(
                        console,
                        answering,
                        group.stream().map(PredictCommand::source).toList());
                console.out().flush();
            }
        }
    }

    private static Source source(Example row) {
        return new Source(new TextInput(row.text(), row.textPair()), row.row());
    }

    private static Path asPath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return Path.of("");
        }
    }

    private void answerLines(Console console, TextModel answering) throws IOException {
        BufferedReader reader = console.reader();
        List<Source> lines = new ArrayList<>();
        int row = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            row++;
            if (!line.isBlank()) {
                lines.add(new Source(TextInput.of(line), row));
            }
            if (lines.size() == LINES_TOGETHER || !reader.ready()) {
                answer(console, answering, lines);
                console.out().flush();
                lines.clear();
            }
        }
    }

    private void answer(Console console, TextModel answering, List<Source> sources) throws IOException {
        List<Answer> answers =
                answering.answer(sources.stream().map(Source::text).toList());
        for (int i = 0; i < sources.size(); i++) {
            print(console, sources.get(i), answers.get(i).prediction());
            tooLong += answers.get(i).tooLong() ? 1 : 0;
        }
        answered += sources.size();
    }

    private void print(Console console, Source source, Prediction prediction) throws IOException {
        String text = source.text().text();
        Optional<String> given = prediction.labelFrom(abstainBelow.orElse(Double.NEGATIVE_INFINITY));
        if (output.json()) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", text);
            if (source.row() > 0) {
                json.put("row", source.row());
            }
            json.put("label", prediction.label()).put("score", prediction.score());
            if (abstainBelow.isPresent()) {
                json.put("abstains", given.isEmpty());
            }
            ObjectNode scores = json.putObject("scores");
            prediction.scores().forEach(scores::put);
            JsonOutput.print(console, json);
        } else if (csv) {
            printCsv(console, List.of(text, given.orElse(""), Double.toString(prediction.score())));
        } else {
            console.out()
                    .println(String.format(
                            Locale.ROOT, "%-12s %.3f  %s", given.orElse(ABSTAINS), prediction.score(), text));
        }
    }

    private static void printCsv(Console console, List<String> cells) throws IOException {
        StringBuilder line = new StringBuilder();
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator("").get();
        try (CSVPrinter printer = new CSVPrinter(line, format)) {
            printer.printRecord(cells);
        }
        console.out().println(line.toString());
    }
}
