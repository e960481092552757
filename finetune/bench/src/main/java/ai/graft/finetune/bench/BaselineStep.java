package ai.graft.finetune.bench;

import ai.graft.model.network.Inputs;

/** Steps of the network made of {@code NDArray} operations. */
final class BaselineStep implements TrainingStep {
    private static final double LEARNING_RATE = 1e-5;

    private final NdArrayBert bert;

    BaselineStep(BertShape shape, double dropout) {
        bert = new NdArrayBert(shape, dropout, 1);
    }

    @Override
    public Timing take(Inputs inputs, int[] labels, int step) {
        long start = System.nanoTime();
        double loss =
                bert.step(inputs.inputIds(), inputs.attentionMask(), inputs.tokenTypeIds(), labels, LEARNING_RATE);
        return new Timing(loss, (System.nanoTime() - start) / 1e9, Double.NaN);
    }

    @Override
    public void close() {
        bert.close();
    }
}
