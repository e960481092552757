package ai.graft.finetune.train;

import java.util.Optional;

/** The loss became NaN or infinite: training stopped. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int step;
    private final transient Optional<Trained> best;

    TrainingDivergedException(int step, double loss, Optional<Trained> best) {
        super("the loss was " + loss + " in step " + step + ". Use a lower --lr, a longer --warmup or --precision fp32."
                + (best.isPresent()
                        ? " The best weights before it are kept."
                        : " No evaluation had taken place, so nothing is kept."));
        this.step = step;
        this.best = best;
    }

    /** The step, counted from 1. */
    public int step() {
        return step;
    }

    /** The model with the best weights before; the catcher closes it. */
    public Optional<Trained> best() {
        return best;
    }
}
