package ai.graft.finetune.cli;

import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.evaluate.SpanEvaluation;
import ai.graft.finetune.evaluate.SpanPredictions;
import ai.graft.finetune.evaluate.SquadVersion;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Scores a file of answers to questions, as SQuAD's scripts do; no model is read. */
final class QuestionScoring {
    private static final int FIRST = 3;

    private final QuestionOptions options;
    private final OutputOptions output;

    QuestionScoring(QuestionOptions options, OutputOptions output) {
        this.options = options;
        this.output = output;
    }

    void run(String source, QuestionSet set, Console console) throws IOException {
        console.err().println(source + ": " + set.description());
        List<Question> questions = set.questions();
        SpanPredictions predictions = predictions(console);
        note(source, predictions, questions, console);
        SquadVersion version = options.squad().orElseGet(() -> SquadVersion.of(questions));
        SpanEvaluation evaluation = SpanEvaluation.of(questions, predictions, version);
        output.print(console, evaluation.toJson(), output.json() ? "" : evaluation.table());
    }

    private SpanPredictions predictions(Console console) throws IOException {
        Map<String, String> answers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries(options.predictions(), console)) {
            requireKind(entry.getValue().isTextual(), options.predictions(), entry, "a text");
            answers.put(entry.getKey(), entry.getValue().textValue());
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        if (options.noAnswerScores().isPresent()) {
            Path file = options.noAnswerScores().get();
            for (Map.Entry<String, JsonNode> entry : entries(file, console)) {
                requireKind(entry.getValue().isNumber(), file, entry, "a number");
                scores.put(entry.getKey(), entry.getValue().doubleValue());
            }
        }
        return new SpanPredictions(answers, scores);
    }

    private static Iterable<Map.Entry<String, JsonNode>> entries(Path file, Console console) throws IOException {
        return JsonInput.read(file.toString(), console).properties();
    }

    private static void requireKind(boolean fits, Path file, Map.Entry<String, JsonNode> entry, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(file + ": the value of '" + entry.getKey() + "' is "
                    + entry.getValue().getNodeType()
                    + ", expected " + expected + " for each id, as {\"id\": "
                    + (expected.equals("a text") ? "\"answer\"" : "0.5") + "}. n-best lists are not read.");
        }
    }

    private void note(String source, SpanPredictions predictions, List<Question> questions, Console console) {
        List<String> missing = predictions.missing(questions);
        List<String> unknown = predictions.unknown(questions);
        if (missing.size() == questions.size()) {
            throw new IllegalArgumentException(options.predictions() + ": has no answer to any of the "
                    + count(questions.size()) + " questions of " + source + "; first ids: " + first(unknown)
                    + " there, "
                    + first(missing) + " here. Name the answers to these questions.");
        }
        if (!missing.isEmpty()) {
            console.err()
                    .println(options.predictions() + ": no answer to " + count(missing.size()) + " of "
                            + count(questions.size()) + " questions, which counts as wrong: " + first(missing));
        }
        if (!unknown.isEmpty()) {
            console.err()
                    .println(options.predictions() + ": " + count(unknown.size()) + " answers to questions that "
                            + source + " has not, left out: " + first(unknown));
        }
    }

    private static String count(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String first(List<String> ids) {
        String list = ids.stream().limit(FIRST).map(id -> "'" + id + "'").collect(Collectors.joining(", "));
        return ids.isEmpty() ? "none" : ids.size() > FIRST ? list + ", ..." : list;
    }
}
