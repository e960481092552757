package ai.graft.serving.predict;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** Runs rows of ids in batches of like length on the predictor's workers. Owns the tokenizer. Thread-safe. */
final class RowRuns implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final ModelConfig config;
    private final TokenBudget budget;
    private final Workers workers;

    RowRuns(Tokenizer tokenizer, ModelConfig config, PredictorOptions options) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.budget = new TokenBudget(options.batchTokens(), options.batchRows());
        this.workers = new Workers(options.workers(), "graft-predict");
    }

    /** What becomes of a batch; called by several threads. */
    interface Run {
        /** @param group numbers of the rows that the batch has */
        void of(int[] group, Inputs batch);
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    /** @throws RuntimeException what ended the call early */
    void run(TextCall call, List<TokenIds> rows, Run run) {
        List<int[]> groups =
                budget.group(rows.stream().mapToInt(TokenIds::length).toArray());
        int last = groups.size() - 1;
        workers.run(call, groups.size(), i -> {
            int[] group = groups.get(last - i); // the longest first: a long one at the end would run alone
            run.of(group, batch(rows, group));
        });
    }

    private Inputs batch(List<TokenIds> rows, int[] group) {
        Batch batch = Batch.pad(Arrays.stream(group).mapToObj(rows::get).toList(), config.padTokenId());
        // A model without types, or with one, takes type 0 everywhere, whatever the tokenizer says.
        int[] types = config.typeVocabSize() > 1 ? batch.tokenTypeIds() : new int[batch.inputIds().length];
        Inputs inputs = new Inputs(batch.rows(), batch.columns(), batch.inputIds(), batch.attentionMask(), types);
        inputs.check(config);
        return inputs;
    }

    @Override
    public void close() {
        workers.close();
        tokenizer.close();
    }
}
