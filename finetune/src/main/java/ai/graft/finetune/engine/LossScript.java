package ai.graft.finetune.engine;

import ai.graft.model.task.Loss;
import java.util.List;

/** Writes losses as TorchScript: the method {@code loss(logits, targets)}, a scalar in fp32. */
final class LossScript {
    private static final String HEADER =
            "  def loss(self: __torch__.Graft, logits: Tensor, targets: Tensor) -> Tensor:\n";

    /** Every pair stands twice in the square of cosines, which no mean notices; its diagonal is left out. */
    private static final String PAIR_COSINE = """
                unit = torch.div(logits, torch.norm(logits, 2, [-1], True))
                cosines = torch.matmul(unit, torch.t(unit))
                same = torch.to(torch.eq(torch.unsqueeze(targets, 1), torch.unsqueeze(targets, 0)), logits, False, False, None)
                alike = torch.sub(same, torch.eye(torch.size(logits, 0), dtype=6, layout=None, device=ops.prim.device(logits), pin_memory=None))
                other = torch.rsub(same, 1)
                near = torch.div(torch.sum(torch.mul(alike, torch.pow(torch.rsub(cosines, 1), 2))), torch.clamp(torch.sum(alike), 1, None))
                far = torch.div(torch.sum(torch.mul(other, torch.pow(cosines, 2))), torch.clamp(torch.sum(other), 1, None))
                return torch.div(torch.add(near, far), 2)
            """;

    static String method(Loss loss) {
        if (loss instanceof Loss.CrossEntropy crossEntropy) {
            return HEADER
                    + "    rows = torch.reshape(logits, [-1, torch.size(logits, -1)])\n"
                    + "    return torch.cross_entropy_loss(rows, torch.reshape(targets, [-1]), "
                    + weights(crossEntropy.classWeights()) + ", 1, " + Loss.IGNORED + ", "
                    + crossEntropy.labelSmoothing() + ")\n";
        } else if (loss instanceof Loss.BinaryCrossEntropy binary) {
            return HEADER + "    return torch.binary_cross_entropy_with_logits(logits, targets, None, "
                    + weights(binary.positiveWeights()) + ", 1)\n";
        } else if (loss instanceof Loss.Focal focal) {
            return HEADER + focal(focal);
        } else if (loss instanceof Loss.BinaryFocal focal) {
            return HEADER + binaryFocal(focal);
        } else if (loss instanceof Loss.Distillation distillation) {
            return HEADER + distillation(distillation);
        } else if (loss instanceof Loss.MeanSquared) {
            return HEADER + "    return torch.mse_loss(logits, targets, 1)\n";
        } else if (loss instanceof Loss.Span) {
            return HEADER
                    + "    columns = torch.size(logits, 1)\n"
                    + "    inside = torch.clamp(targets, 0, columns)\n" // beyond the last column: the ignored index
                    + side("a", 0)
                    + side("b", 1)
                    + "    return torch.div(torch.add(a, b), 2)\n";
        } else if (loss instanceof Loss.PairCosine) {
            return HEADER + PAIR_COSINE;
        }
        throw new AssertionError(loss);
    }

    /** p is the exponential of what cross-entropy takes the negative of: no second softmax is needed. */
    private static String focal(Loss.Focal loss) {
        String weighted = loss.classWeights().isEmpty()
                ? "    return torch.mean(cells)\n"
                : "    w = torch.index_select(" + weights(loss.classWeights()) + ", 0, targets)\n"
                        + "    return torch.div(torch.sum(torch.mul(cells, w)), torch.sum(w))\n";
        return "    own = torch.cross_entropy_loss(logits, targets, None, 0, " + Loss.IGNORED + ", 0.)\n"
                + "    cells = torch.mul(own, " + missing("own", loss.gamma()) + ")\n"
                + weighted;
    }

    /** The positive weight comes last: p knows nothing of it. */
    private static String binaryFocal(Loss.BinaryFocal loss) {
        String mean = "    return torch.mean(cells)\n";
        String weighted = loss.positiveWeights().isEmpty()
                ? mean
                : "    more = torch.sub(" + weights(loss.positiveWeights()) + ", 1)\n"
                        + "    cells = torch.mul(cells, torch.add(torch.mul(targets, more), 1))\n" + mean;
        return "    own = torch.binary_cross_entropy_with_logits(logits, targets, None, None, 0)\n"
                + "    cells = torch.mul(own, " + missing("own", loss.gamma()) + ")\n"
                + weighted;
    }

    /** (1 − p)^gamma; below the least number the slope of a root would be infinite. */
    private static String missing(String own, double gamma) {
        return "torch.pow(torch.clamp(torch.neg(torch.expm1(torch.neg(" + own + "))), " + Float.MIN_NORMAL + ", None), "
                + gamma + ")";
    }

    private static String distillation(Loss.Distillation loss) {
        double t = loss.temperature();
        return "    halves = torch.chunk(targets, 2, 1)\n"
                + "    soft = torch.log_softmax(torch.div(halves[0], " + t + "), 1, None)\n"
                + "    off = torch.sub(soft, torch.log_softmax(torch.div(logits, " + t + "), 1, None))\n"
                + "    taught = torch.mul(torch.sum(torch.mul(torch.exp(soft), off), [1]), " + t * t + ")\n"
                + "    own = torch.neg(torch.sum(torch.mul(halves[1], torch.log_softmax(logits, 1, None)), [1]))\n"
                + "    labels = torch.mul(torch.sum(halves[1], [1]), " + (1 - loss.alpha()) + ")\n"
                + "    teachers = torch.mul(taught, torch.rsub(labels, 1))\n"
                + "    return torch.mean(torch.add(teachers, torch.mul(own, " + (1 - loss.alpha()) + ")))\n";
    }

    private static String side(String name, int index) {
        return "    " + name + " = torch.cross_entropy_loss(torch.select(logits, 2, " + index
                + "), torch.select(inside, 1, " + index + "), None, 1, columns)\n";
    }

    private static String weights(List<Double> weights) {
        return weights.isEmpty()
                ? "None"
                : "torch.to(torch.tensor(annotate(List[float], " + weights + ")), logits, False, False, None)";
    }

    private LossScript() {}
}
