package ai.graft.finetune.cli;

import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.train.Answerer;
import ai.graft.model.task.FoundAnswer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that ask a model a question, and what they do: a question and its context, or files of them. */
final class AskedQuestion {
    /** Questions of a file that are answered before their answers are printed: enough to batch like with like. */
    private static final int QUESTIONS_TOGETHER = 512;

    /** Letters around an answer that people are shown. */
    private static final int AROUND = 40;

    private static final int LONGEST_PATH = 4096;

    @Option(names = "--question", paramLabel = "TEXT", description = "A question to answer out of --context.")
    Optional<String> question = Optional.empty();

    @Option(names = "--context", paramLabel = "TEXT|FILE", description = "The text that may hold its answer.")
    Optional<String> context = Optional.empty();

    @Option(
            names = "--predictions",
            paramLabel = "F",
            description = "Of questions in files: SQuAD's JSON of answers by id, to write.")
    Optional<Path> predictions = Optional.empty();

    boolean isGiven() {
        return question.isPresent() || context.isPresent() || predictions.isPresent();
    }

    /** Answers the question, or those of the files. */
    void answer(Console console, Answerer model, List<String> files, Charset charset, boolean json) throws IOException {
        if (question.isPresent() && context.isPresent() && files.isEmpty() && predictions.isEmpty()) {
            String text = text(context.get(), charset);
            print(console, Optional.empty(), question.get(), text, model.answer(question.get(), text), json);
        } else if (question.isEmpty() && context.isEmpty() && !files.isEmpty()) {
            ObjectNode byId = JsonNodeFactory.instance.objectNode();
            for (String file : files) {
                answerFile(console, model, QuestionFiles.read(file, charset), byId, json);
            }
            if (predictions.isPresent()) {
                Files.writeString(predictions.get(), byId + "\n");
                console.err().println("predictions: " + predictions.get());
            }
        } else {
            throw new IllegalArgumentException(
                    "a model that answers questions is given --question and --context, or one"
                            + " or more files of questions (with --predictions, where wanted). Give one of both.");
        }
    }

    private void answerFile(Console console, Answerer model, QuestionSet set, ObjectNode byId, boolean json)
            throws IOException {
        console.err().println(set.name() + ": " + set.description());
        List<Question> questions = set.questions();
        for (int from = 0; from < questions.size(); from += QUESTIONS_TOGETHER) {
            List<Question> part = questions.subList(from, Math.min(questions.size(), from + QUESTIONS_TOGETHER));
            List<FoundAnswer> answers = model.answerQuestions(part);
            for (int i = 0; i < part.size(); i++) {
                Question asked = part.get(i);
                byId.put(asked.id(), answers.get(i).text());
                print(console, Optional.of(asked.id()), asked.question(), asked.context(), answers.get(i), json);
            }
            console.out().flush();
        }
    }

    /** A file's text where there is a file of that name, else the text itself. */
    private static String text(String given, Charset charset) throws IOException {
        if (given.length() >= LONGEST_PATH || given.indexOf('\0') >= 0) {
            return given;
        }
        try {
            Path file = Path.of(given);
            return Files.isRegularFile(file) ? Files.readString(file, charset) : given;
        } catch (InvalidPathException e) {
            return given;
        }
    }

    private static void print(
            Console console, Optional<String> id, String question, String context, FoundAnswer answer, boolean json)
            throws IOException {
        if (json) {
            JsonOutput.print(console, json(id, question, answer));
        } else {
            console.out().println(line(question, context, answer));
        }
    }

    private static ObjectNode json(Optional<String> id, String question, FoundAnswer answer) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        id.ifPresent(text -> json.put("id", text));
        json.put("question", question)
                .put("answer", answer.text())
                .put("start", answer.start())
                .put("end", answer.end())
                .put("score", answer.score())
                .put("no_answer_score", answer.noAnswerScore());
        ArrayNode candidates = json.putArray("candidates");
        for (FoundAnswer.Candidate candidate : answer.candidates()) {
            candidates
                    .addObject()
                    .put("answer", candidate.text())
                    .put("start", candidate.start())
                    .put("end", candidate.end())
                    .put("score", candidate.score());
        }
        return json;
    }

    /** The answer in its surroundings: {@code 0.912  Denver Broncos  | … champion [Denver Broncos] defeated …}. */
    private static String line(String question, String context, FoundAnswer answer) {
        if (!answer.isAnswer()) {
            return String.format(Locale.ROOT, "%.3f  (no answer)  | %s", answer.score(), question);
        }
        int from = Math.max(0, answer.start() - AROUND);
        int to = Math.min(context.length(), answer.end() + AROUND);
        String around = (from > 0 ? "…" : "") + context.substring(from, answer.start()) + "[" + answer.text() + "]"
                + context.substring(answer.end(), to) + (to < context.length() ? "…" : "");
        return String.format(Locale.ROOT, "%.3f  %s  | %s", answer.score(), oneLine(answer.text()), oneLine(around));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
