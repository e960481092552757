package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.AnswerSearch;
import ai.graft.model.task.ContextLogits;
import ai.graft.model.task.FoundAnswer;
import ai.graft.tokenizer.ContextWindow;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Questions as rows of ids, a row for each window over the context. Immutable. */
final class ContextRows {
    private final List<TextInput> questions;
    private final List<ContextWindow> windows = new ArrayList<>();
    private final int[] owners; // question of each window
    private final IdRows rows;

    private ContextRows(List<TextInput> questions, List<List<ContextWindow>> windowsOfQuestions, ModelConfig model) {
        this.questions = List.copyOf(questions);
        this.owners = new int[windowsOfQuestions.stream().mapToInt(List::size).sum()];
        for (int question = 0; question < windowsOfQuestions.size(); question++) {
            for (ContextWindow window : windowsOfQuestions.get(question)) {
                owners[windows.size()] = question;
                windows.add(window);
            }
        }
        this.rows = IdRows.of(windows.stream().map(ContextWindow::ids).toList(), model);
    }

    /**
     * Tokenises questions with their contexts.
     *
     * @throws ai.graft.tokenizer.QuestionTooLongException where a question leaves no room for its context
     */
    static ContextRows of(
            List<TextInput> questions, Tokenizer tokenizer, ModelConfig model, int maxLength, AnswerRules rules) {
        return new ContextRows(questions, tokenizer.contextWindows(questions, maxLength, rules.stride()), model);
    }

    /** Number of questions. */
    int questions() {
        return questions.size();
    }

    List<ContextWindow> windows() {
        return windows;
    }

    /** The question that a window is of. */
    int owner(int window) {
        return owners[window];
    }

    /** How many questions have more than one window. */
    int inWindows() {
        return (int) IntStream.range(1, owners.length)
                .filter(i -> owners[i] == owners[i - 1])
                .map(i -> owners[i])
                .distinct()
                .count();
    }

    int[] lengths() {
        return rows.lengths();
    }

    Inputs batch(int[] indices) {
        return rows.batch(indices);
    }

    /** The network's answer to each question, in their order; empty where its outputs are not finite. */
    Optional<List<FoundAnswer>> answers(TorchNetwork network, AnswerRules rules) {
        List<AnswerSearch> searches = new ArrayList<>();
        questions.forEach(question -> searches.add(new AnswerSearch(rules)));
        for (int[] group : Inference.BUDGET.group(rows.lengths())) {
            float[] flat = network.logits(rows.batch(group));
            if (!Inference.isFinite(flat)) {
                return Optional.empty();
            }
            int columns = flat.length / group.length / 2;
            for (int i = 0; i < group.length; i++) {
                searches.get(owners[group[i]]).add(logits(windows.get(group[i]), flat, i * columns, columns));
            }
        }
        List<FoundAnswer> answers = new ArrayList<>();
        for (int i = 0; i < searches.size(); i++) {
            answers.add(searches.get(i).answer(questions.get(i).pair().orElseThrow()));
        }
        return Optional.of(answers);
    }

    /** Starts and ends stand side by side: (B, S, 2). */
    private static ContextLogits logits(ContextWindow window, float[] flat, int from, int columns) {
        float[] starts = new float[columns];
        float[] ends = new float[columns];
        for (int i = 0; i < columns; i++) {
            starts[i] = flat[2 * (from + i)];
            ends[i] = flat[2 * (from + i) + 1];
        }
        return new ContextLogits(starts, ends, window.first(), window.starts(), window.ends());
    }
}
