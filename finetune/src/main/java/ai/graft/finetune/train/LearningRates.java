package ai.graft.finetune.train;

import ai.graft.model.config.ModelConfig;

/**
 * The peaks of a training's learning rates, where none was given by what has served elsewhere: wider networks want smaller
 * steps. The 384 dimensions of MiniLM learn best with 1e-4 (docs/benchmarks.md); a base model's 768 get 5e-5, the upper end of
 * what BERT's authors tried (Devlin et al., arXiv 1810.04805, A.3).
 *
 * @param encoder of pretrained weights of the last layer; layer decay lowers it below
 * @param head of weights that the pretrained model did not have
 */
public record LearningRates(double encoder, double head) {
    private static final double AT_ONE_DIMENSION = 384 * 1e-4;
    private static final double MOST = 1e-4;

    /**
     * Weights that begin as random numbers have further to go. With one rate for all, the head of 50 labels learns for two
     * epochs of TREC what it learns in half of one with ten times the rate; thirty times gained nothing more.
     */
    private static final double HEAD_FACTOR = 10;

    /** What was given, and for the rest what suits the model. */
    static LearningRates of(TrainingOptions options, ModelConfig model) {
        double encoder = options.learningRate().orElse(Math.min(MOST, AT_ONE_DIMENSION / model.hiddenSize()));
        return new LearningRates(encoder, options.headLearningRate().orElse(HEAD_FACTOR * encoder));
    }

    /** What the head's rate is in relation to the encoder's. */
    double headFactor() {
        return head / encoder;
    }
}
