package ai.graft.finetune.bench;

import ai.graft.model.network.Inputs;
import java.util.Arrays;
import java.util.Random;

/** Random token ids without padding, with random labels. */
@SuppressWarnings("ArrayRecordComponent") // read once by a step, never compared
record RandomBatch(Inputs inputs, int[] labels) {

    static RandomBatch of(BertShape shape, int rows, int columns, long seed) {
        Random random = new Random(seed);
        int size = rows * columns;
        int[] ids = random.ints(size, 0, shape.vocabulary()).toArray();
        int[] ones = new int[size];
        Arrays.fill(ones, 1);
        int[] labels = random.ints(rows, 0, shape.labels()).toArray();
        return new RandomBatch(new Inputs(rows, columns, ids, ones, new int[size]), labels);
    }
}
