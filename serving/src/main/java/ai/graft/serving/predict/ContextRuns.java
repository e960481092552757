package ai.graft.serving.predict;

import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.AnswerSearch;
import ai.graft.model.task.ContextLogits;
import ai.graft.model.task.FoundAnswer;
import ai.graft.tokenizer.ContextWindow;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** From questions to answers: windows over each context, run by the workers, searched as they come. Thread-safe. */
final class ContextRuns {
    private static final String START_LOGITS = "start_logits";
    private static final String END_LOGITS = "end_logits";

    private final RowRuns runs;
    private final OnnxSession session;
    private final int maxLength;
    private final AnswerRules rules;

    ContextRuns(RowRuns runs, OnnxSession session, int maxLength, AnswerRules rules) {
        this.runs = runs;
        this.session = session;
        this.maxLength = maxLength;
        this.rules = rules;
    }

    AnswerRules rules() {
        return rules;
    }

    /** @throws RuntimeException what ended the call early */
    List<FoundAnswer> answer(List<TextInput> questions, Cancellation cancellation) {
        TextCall call = new TextCall(questions.size(), cancellation);
        call.check();
        List<List<ContextWindow>> windows = runs.tokenizer().contextWindows(questions, maxLength, rules.stride());
        call.begin(windows.stream().map(List::size).toList());
        List<ContextWindow> rows = windows.stream().flatMap(List::stream).toList();
        int[] owners = owners(windows, rows.size());
        List<AnswerSearch> searches = new ArrayList<>();
        questions.forEach(question -> searches.add(new AnswerSearch(rules)));
        List<TokenIds> ids = rows.stream().map(ContextWindow::ids).toList();
        runs.run(call, ids, (group, batch) -> {
            Map<String, float[]> outputs = session.run(batch, Set.of(START_LOGITS, END_LOGITS), call.stop());
            for (int i = 0; i < group.length; i++) {
                add(searches.get(owners[group[i]]), rows.get(group[i]), outputs, i, batch.columns());
            }
            call.done(Arrays.stream(group).map(row -> owners[row]).toArray());
        });
        List<FoundAnswer> answers = new ArrayList<>();
        for (int i = 0; i < searches.size(); i++) {
            answers.add(searches.get(i).answer(questions.get(i).pair().orElseThrow()));
        }
        return answers;
    }

    private static int[] owners(List<List<ContextWindow>> windows, int rows) {
        int[] owners = new int[rows];
        int row = 0;
        for (int question = 0; question < windows.size(); question++) {
            int end = row + windows.get(question).size();
            Arrays.fill(owners, row, end, question);
            row = end;
        }
        return owners;
    }

    /** Windows of one question may be in batches of several workers. */
    private static void add(
            AnswerSearch search, ContextWindow window, Map<String, float[]> outputs, int row, int columns) {
        ContextLogits logits = new ContextLogits(
                part(outputs, START_LOGITS, row, columns),
                part(outputs, END_LOGITS, row, columns),
                window.first(),
                window.starts(),
                window.ends());
        synchronized (search) {
            search.add(logits);
        }
    }

    private static float[] part(Map<String, float[]> outputs, String name, int row, int columns) {
        float[] values = Objects.requireNonNull(outputs.get(name), name);
        return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
}
