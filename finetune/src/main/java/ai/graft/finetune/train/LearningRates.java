package ai.graft.finetune.train;

import ai.graft.model.config.ModelConfig;

/**
 * The peaks of a training's learning rates, where none was given by what has served elsewhere: wider networks want smaller
 * steps. The 384 dimensions of MiniLM learn best with 1e-4 (docs/benchmarks.md); a base model's 768 get 5e-5, the upper end of
 * what BERT's authors tried (Devlin et al., arXiv 1810.04805, A.3).
 *
 * @param encoder of pretrained weights of the last layer; layer decay lowers it below
 * @param head of a new head, and of the pooler below it
 */
public record LearningRates(double encoder, double head) {
    private static final double AT_ONE_DIMENSION = 384 * 1e-4;
    private static final double MOST = 1e-4;

    /**
     * A head that begins as random numbers has further to go, and so has the pooler, which pretraining used for something else
     * or not at all. TREC's 50 labels, in as many steps: accuracy 0.76 with one rate for all, 0.84 with ten times the rate for the
     * head alone, 0.91 for both, 0.90 with thirty times.
     */
    private static final double HEAD_FACTOR = 10;

    /** What was given, and for the rest what suits the model. */
    static LearningRates of(TrainingOptions options, ModelConfig model) {
        double factor = options.way().rateFactor();
        double encoder = options.learningRate().orElse(factor * Math.min(MOST, AT_ONE_DIMENSION / model.hiddenSize()));
        return new LearningRates(encoder, options.headLearningRate().orElse(HEAD_FACTOR * encoder / factor));
    }

    /** What the head's rate is in relation to the encoder's. */
    double headFactor() {
        return head / encoder;
    }
}
