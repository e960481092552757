package ai.graft.finetune.train;

import ai.graft.finetune.engine.Targets;

/**
 * What a teacher makes of texts, beside the labels that some of them have. Arrays are shared, not copied.
 *
 * @param logits of the teacher, by text
 * @param labels number of each text's label, -1 for none
 */
@SuppressWarnings("ArrayRecordComponent") // held by one lesson; never compared
record TaughtRows(float[][] logits, int[] labels) {

    /** The targets of a batch, as {@link ai.graft.model.task.Loss.Distillation} wants them. */
    Targets targets(int[] rows) {
        int count = logits[rows[0]].length;
        float[] cells = new float[rows.length * 2 * count];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(logits[rows[i]], 0, cells, 2 * i * count, count);
            if (labels[rows[i]] >= 0) {
                cells[(2 * i + 1) * count + labels[rows[i]]] = 1;
            }
        }
        return new Targets.Values(cells, 2 * count);
    }
}
