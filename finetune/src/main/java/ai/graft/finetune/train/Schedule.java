package ai.graft.finetune.train;

/**
 * How the learning rate goes over a run: up from 0 in a straight line during warm-up, then by its kind. As transformers'
 * schedules of the same names.
 *
 * @param warmupSteps steps before the full rate; with any, the first step's rate is 0
 * @param totalSteps steps of the whole run
 */
public record Schedule(Kind kind, int warmupSteps, int totalSteps) {

    /** What follows the warm-up. */
    public enum Kind {
        /** Straight down to 0. */
        LINEAR,
        /** Down to 0 along half a cosine. */
        COSINE,
        /** The full rate to the end. */
        CONSTANT
    }

    /** What the learning rate is multiplied by in a step, counted from 0. */
    public double factor(int step) {
        if (step < warmupSteps) {
            return (double) step / warmupSteps;
        }
        double done = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
        return switch (kind) {
            case LINEAR -> Math.max(0, 1 - done);
            case COSINE -> Math.max(0, 0.5 * (1 + Math.cos(Math.PI * done)));
            case CONSTANT -> 1;
        };
    }
}
