package ai.graft.serving.predict;

import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.FittedIds;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From texts to a row of values each: tokenised once, put into batches of like length, run by the workers, in the caller's
 * order again. Thread-safe.
 */
final class TextRuns {
    /** Texts that are tokenised between two looks at the deadline. */
    private static final int TEXTS_TOGETHER = 512;

    private final RowRuns runs;
    private final LengthLimit limit;

    TextRuns(RowRuns runs, LengthLimit limit) {
        this.runs = runs;
        this.limit = limit;
    }

    /** What becomes of a batch. */
    interface Run {
        /** Rows of equal size, one after the other. */
        float[] of(Inputs batch, StopSwitch stop);
    }

    /**
     * What became of the texts.
     *
     * @param values a row each: of the text's one piece, or the mean of its windows'
     * @param tokens of each text before it was cut, special tokens included
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once; never compared
    record Rows(float[][] values, int[] tokens) {}

    LengthLimit limit() {
        return limit;
    }

    /** @throws RuntimeException what ended the call early */
    Rows run(List<TextInput> texts, Cancellation cancellation, Run run) {
        TextCall call = new TextCall(texts.size(), cancellation);
        List<FittedIds> fitted = tokenize(texts, call);
        call.begin(fitted.stream().map(text -> text.pieces().size()).toList());
        Pieces pieces = new Pieces(fitted);
        runs.run(call, pieces.rows, (group, batch) -> {
            pieces.keep(group, run.of(batch, call.stop()));
            call.done(pieces.owners(group));
        });
        return new Rows(
                pieces.means(texts.size()),
                fitted.stream().mapToInt(FittedIds::wholeLength).toArray());
    }

    private List<FittedIds> tokenize(List<TextInput> texts, TextCall call) {
        List<FittedIds> fitted = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += TEXTS_TOGETHER) {
            call.check();
            fitted.addAll(
                    limit.fit(runs.tokenizer(), texts.subList(from, Math.min(texts.size(), from + TEXTS_TOGETHER))));
        }
        call.check();
        return fitted;
    }

    /** The pieces of all texts, in the order of the texts, and what became of each. Workers write rows of their own. */
    private static final class Pieces {
        private final List<TokenIds> rows = new ArrayList<>();
        private final int[] owners;
        private final float[][] results;

        Pieces(List<FittedIds> texts) {
            texts.forEach(text -> rows.addAll(text.pieces()));
            owners = new int[rows.size()];
            results = new float[rows.size()][0];
            int row = 0;
            for (int text = 0; text < texts.size(); text++) {
                int end = row + texts.get(text).pieces().size();
                Arrays.fill(owners, row, end, text);
                row = end;
            }
        }

        int[] owners(int[] group) {
            return Arrays.stream(group).map(row -> owners[row]).toArray();
        }

        void keep(int[] group, float[] flat) {
            int size = flat.length / group.length;
            for (int i = 0; i < group.length; i++) {
                results[group[i]] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
            }
        }

        float[][] means(int texts) {
            float[][] means = new float[texts][];
            for (int row = 0; row < results.length; ) {
                int end = row + 1;
                while (end < results.length && owners[end] == owners[row]) {
                    end++;
                }
                means[owners[row]] = mean(row, end);
                row = end;
            }
            return means;
        }

        private float[] mean(int from, int to) {
            float[] mean = results[from];
            for (int row = from + 1; row < to; row++) {
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += results[row][i];
                }
            }
            for (int i = 0; to - from > 1 && i < mean.length; i++) {
                mean[i] /= to - from;
            }
            return mean;
        }
    }
}
