package ai.graft.model.network;

import ai.graft.model.config.ModelConfig;

/**
 * A batch of token ids as a network takes it, flattened row by row. Arrays are shared, not copied.
 *
 * @param rows B
 * @param columns S
 * @param inputIds (B, S)
 * @param attentionMask (B, S), 1 for a token and 0 for padding
 * @param tokenTypeIds (B, S)
 */
@SuppressWarnings("ArrayRecordComponent") // one batch's arrays, read at once by an interpreter; never compared
public record Inputs(int rows, int columns, int[] inputIds, int[] attentionMask, int[] tokenTypeIds) {
    public Inputs {
        long size = (long) rows * columns;
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("a batch needs a row and a column, got " + rows + " × " + columns);
        }
        if (inputIds.length != size || attentionMask.length != size || tokenTypeIds.length != size) {
            throw new IllegalArgumentException("a batch of " + rows + " × " + columns + " needs " + size
                    + " ids, masks and types, got " + inputIds.length + ", " + attentionMask.length + " and "
                    + tokenTypeIds.length);
        }
    }

    /**
     * Complains about ids that the network's tables do not have: an engine would read beyond them.
     *
     * @throws IllegalArgumentException naming row, position, the value and its bound
     */
    public void check(ModelConfig config) {
        if (columns > config.maxTokens()) {
            throw new IllegalArgumentException("a text of " + columns + " tokens is longer than the "
                    + config.maxTokens() + " positions of the model; truncate it with a maximum length of "
                    + config.maxTokens() + " or less");
        }
        check(
                "token id",
                inputIds,
                config.vocabSize(),
                "vocabulary (vocab_size " + config.vocabSize() + "): the tokenizer does not fit the model");
        check(
                "token type",
                tokenTypeIds,
                Math.max(1, config.typeVocabSize()),
                "token types (type_vocab_size " + config.typeVocabSize() + ")");
    }

    private void check(String what, int[] values, int bound, String of) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= bound) {
                throw new IllegalArgumentException("row " + i / columns + ", position " + i % columns + ": " + what
                        + " " + values[i] + " is beyond the model's " + of);
            }
        }
    }
}
