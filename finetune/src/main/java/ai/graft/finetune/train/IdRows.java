package ai.graft.finetune.train;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of ids, ready to be batched. Immutable.
 *
 * @param rows the ids
 * @param padId fills up
 * @param typed whether the model knows types
 */
record IdRows(List<TokenIds> rows, int padId, boolean typed) {
    IdRows {
        rows = List.copyOf(rows);
    }

    static IdRows of(List<TokenIds> rows, ModelConfig model) {
        return new IdRows(rows, model.padTokenId(), model.typeVocabSize() > 1);
    }

    int size() {
        return rows.size();
    }

    /** Length of every row in tokens. */
    int[] lengths() {
        return rows.stream().mapToInt(TokenIds::length).toArray();
    }

    /** The rows of these numbers, padded to the longest. */
    Inputs batch(int[] indices) {
        List<TokenIds> chosen = new ArrayList<>(indices.length);
        for (int index : indices) {
            chosen.add(rows.get(index));
        }
        Batch batch = Batch.pad(chosen, padId);
        // A model without types, or with one, takes type 0 everywhere, whatever the tokenizer says.
        int[] types = typed ? batch.tokenTypeIds() : new int[batch.inputIds().length];
        return new Inputs(batch.rows(), batch.columns(), batch.inputIds(), batch.attentionMask(), types);
    }
}
