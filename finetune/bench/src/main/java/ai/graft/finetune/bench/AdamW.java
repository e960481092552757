package ai.graft.finetune.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * AdamW for one parameter: the fused kernel that DJL's own optimizer {@code ai.djl.training.optimizer.AdamW} calls, with
 * moments that can be closed (DJL's cannot).
 *
 * <p>Source: Loshchilov and Hutter 2019, algorithm 2, with the schedule multiplier inside the learning rate.
 */
final class AdamW implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;
    private static final float NO_CLIPPING = -1;

    private final NDArray parameter;
    private final NDArray mean;
    private final NDArray variance;
    private final float weightDecay;

    AdamW(NDArray parameter, double weightDecay) {
        this.parameter = parameter;
        this.weightDecay = (float) weightDecay;
        mean = parameter.zerosLike();
        variance = parameter.zerosLike();
    }

    /** Moves the parameter by its gradient times {@code scale}, then empties the gradient; {@code step} counts from 1. */
    void update(NDArray gradient, double scale, int step, double learningRate) {
        double corrected = learningRate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
        parameter
                .getNDArrayInternal()
                .adamUpdate(
                        new NDList(parameter, gradient, mean, variance),
                        new NDList(parameter),
                        (float) learningRate,
                        (float) corrected,
                        weightDecay,
                        (float) scale,
                        NO_CLIPPING,
                        (float) BETA1,
                        (float) BETA2,
                        EPSILON,
                        false,
                        true);
    }

    @Override
    public void close() {
        mean.close();
        variance.close();
    }
}
