package ai.graft.finetune.engine;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Batches of random ids, none of which is the pad token's. */
final class RandomBatch {

    /** Rows of these lengths, padded on the right to {@code columns}. */
    static Inputs of(ModelConfig config, int columns, long seed, int... lengths) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = lengths.length * columns;
        int[] ids = new int[size];
        int[] mask = new int[size];
        int[] types = new int[size];
        Arrays.fill(ids, config.padTokenId());
        for (int row = 0; row < lengths.length; row++) {
            for (int i = row * columns; i < row * columns + lengths[row]; i++) {
                ids[i] = (config.padTokenId() + 1 + random.nextInt(config.vocabSize() - 1)) % config.vocabSize();
                mask[i] = 1;
                types[i] = random.nextInt(Math.max(1, config.typeVocabSize()));
            }
        }
        return new Inputs(lengths.length, columns, ids, mask, types);
    }

    /** The first {@code length} tokens of a row as a batch of their own. */
    static Inputs row(Inputs batch, int row, int length) {
        int from = row * batch.columns();
        return new Inputs(
                1,
                length,
                Arrays.copyOfRange(batch.inputIds(), from, from + length),
                Arrays.copyOfRange(batch.attentionMask(), from, from + length),
                Arrays.copyOfRange(batch.tokenTypeIds(), from, from + length));
    }

    private RandomBatch() {}
}
