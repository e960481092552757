package ai.graft.model.reference;

import ai.graft.model.task.Loss;
import java.util.Arrays;
import java.util.List;

/** Losses in doubles, after their published definitions: the judge of the training engine's. */
public final class ReferenceLoss {

    /**
     * The loss of a batch.
     *
     * @param logits (…, L)
     * @param targets class ids (…), cells (B, L), positions (B, 2) or a teacher's logits with labels (B, 2L), as the loss wants
     *     them
     */
    public static double of(Loss loss, DoubleTensor logits, double[] targets) {
        if (loss instanceof Loss.CrossEntropy crossEntropy) {
            return crossEntropy(crossEntropy, logits, targets);
        } else if (loss instanceof Loss.BinaryCrossEntropy binary) {
            return binaryCrossEntropy(binary.positiveWeights(), logits, targets);
        } else if (loss instanceof Loss.Focal focal) {
            return focal(focal, logits, targets);
        } else if (loss instanceof Loss.BinaryFocal focal) {
            return binaryFocal(focal, logits, targets);
        } else if (loss instanceof Loss.Distillation distillation) {
            return distillation(distillation, logits, targets);
        } else if (loss instanceof Loss.MeanSquared) {
            double sum = 0;
            for (int i = 0; i < targets.length; i++) {
                sum += Math.pow(logits.data()[i] - targets[i], 2);
            }
            return sum / targets.length;
        } else if (loss instanceof Loss.Span) {
            return (span(logits, targets, 0) + span(logits, targets, 1)) / 2;
        } else if (loss instanceof Loss.PairCosine) {
            return pairCosine(logits, targets);
        }
        throw new AssertionError(loss);
    }

    private static double crossEntropy(Loss.CrossEntropy loss, DoubleTensor logits, double[] targets) {
        int classes = logits.columns();
        double smoothing = loss.labelSmoothing();
        double sum = 0;
        double divisor = 0;
        for (int r = 0; r < logits.rows(); r++) {
            int target = (int) targets[r];
            if (target == Loss.IGNORED) {
                continue;
            }
            double[] p = ReferenceOps.softmax(row(logits, r));
            double even = 0;
            for (int c = 0; c < classes; c++) {
                even -= weight(loss.classWeights(), c) * Math.log(p[c]) / classes;
            }
            double own = -weight(loss.classWeights(), target) * Math.log(p[target]);
            sum += (1 - smoothing) * own + smoothing * even;
            divisor += weight(loss.classWeights(), target);
        }
        return sum / divisor;
    }

    private static double focal(Loss.Focal loss, DoubleTensor logits, double[] targets) {
        double sum = 0;
        double divisor = 0;
        for (int r = 0; r < logits.rows(); r++) {
            int target = (int) targets[r];
            double p = ReferenceOps.softmax(row(logits, r))[target];
            double weight = weight(loss.classWeights(), target);
            sum -= weight * Math.pow(1 - p, loss.gamma()) * Math.log(p);
            divisor += weight;
        }
        return sum / divisor;
    }

    private static double binaryFocal(Loss.BinaryFocal loss, DoubleTensor logits, double[] targets) {
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            boolean positive = targets[i] == 1;
            double p = 1 / (1 + Math.exp(positive ? -logits.data()[i] : logits.data()[i]));
            double weight = positive ? weight(loss.positiveWeights(), i % logits.columns()) : 1;
            sum -= weight * Math.pow(1 - p, loss.gamma()) * Math.log(p);
        }
        return sum / targets.length;
    }

    private static double distillation(Loss.Distillation loss, DoubleTensor logits, double[] targets) {
        int classes = logits.columns();
        double t = loss.temperature();
        double sum = 0;
        for (int r = 0; r < logits.rows(); r++) {
            double[] student = row(logits, r);
            double[] p = ReferenceOps.softmax(student);
            double[] q = ReferenceOps.softmax(divided(student, t));
            double[] teacher = ReferenceOps.softmax(
                    divided(Arrays.copyOfRange(targets, 2 * r * classes, (2 * r + 1) * classes), t));
            double divergence = 0;
            double own = 0;
            double labels = 0;
            for (int c = 0; c < classes; c++) {
                double label = targets[(2 * r + 1) * classes + c];
                divergence += teacher[c] * Math.log(teacher[c] / q[c]);
                own -= label * Math.log(p[c]);
                labels += label;
            }
            double alpha = labels == 0 ? 1 : loss.alpha();
            sum += alpha * t * t * divergence + (1 - alpha) * own;
        }
        return sum / logits.rows();
    }

    private static double[] row(DoubleTensor logits, int row) {
        int columns = logits.columns();
        return Arrays.copyOfRange(logits.data(), row * columns, (row + 1) * columns);
    }

    private static double[] divided(double[] values, double by) {
        return Arrays.stream(values).map(value -> value / by).toArray();
    }

    private static double binaryCrossEntropy(List<Double> positiveWeights, DoubleTensor logits, double[] targets) {
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            double p = 1 / (1 + Math.exp(-logits.data()[i]));
            double positive = weight(positiveWeights, i % logits.columns());
            sum -= positive * targets[i] * Math.log(p) + (1 - targets[i]) * Math.log(1 - p);
        }
        return sum / targets.length;
    }

    private static double span(DoubleTensor logits, double[] targets, int side) {
        int columns = logits.shape()[1];
        double sum = 0;
        int counted = 0;
        for (int b = 0; b < logits.shape()[0]; b++) {
            double[] scores = new double[columns];
            for (int s = 0; s < columns; s++) {
                scores[s] = logits.data()[(b * columns + s) * 2 + side];
            }
            int target = (int) targets[b * 2 + side];
            if (target < columns) {
                sum -= Math.log(ReferenceOps.softmax(scores)[target]);
                counted++;
            }
        }
        return sum / counted;
    }

    private static double pairCosine(DoubleTensor vectors, double[] classes) {
        double[] sums = new double[2];
        int[] pairs = new int[2];
        for (int a = 0; a < classes.length; a++) {
            for (int b = 0; b < a; b++) {
                int alike = classes[a] == classes[b] ? 1 : 0;
                sums[alike] += Math.pow(cosine(vectors, a, b) - alike, 2);
                pairs[alike]++;
            }
        }
        return 0.5 * sums[0] / Math.max(1, pairs[0]) + 0.5 * sums[1] / Math.max(1, pairs[1]);
    }

    private static double cosine(DoubleTensor vectors, int a, int b) {
        int size = vectors.columns();
        double product = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int h = 0; h < size; h++) {
            double x = vectors.data()[a * size + h];
            double y = vectors.data()[b * size + h];
            product += x * y;
            squaresOfA += x * x;
            squaresOfB += y * y;
        }
        return product / Math.sqrt(squaresOfA * squaresOfB);
    }

    private static double weight(List<Double> weights, int index) {
        return weights.isEmpty() ? 1 : weights.get(index);
    }

    private ReferenceLoss() {}
}
