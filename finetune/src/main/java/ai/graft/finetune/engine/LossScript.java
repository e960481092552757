package ai.graft.finetune.engine;

import ai.graft.model.task.Loss;
import java.util.List;

/** Writes losses as TorchScript: the method {@code loss(logits, targets)}, a scalar in fp32. */
final class LossScript {
    private static final String HEADER =
            "  def loss(self: __torch__.Graft, logits: Tensor, targets: Tensor) -> Tensor:\n";

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
        } else if (loss instanceof Loss.MeanSquared) {
            return HEADER + "    return torch.mse_loss(logits, targets, 1)\n";
        } else if (loss instanceof Loss.Span) {
            return HEADER
                    + "    columns = torch.size(logits, 1)\n"
                    + "    inside = torch.clamp(targets, 0, columns)\n" // beyond the last column: the ignored index
                    + side("a", 0)
                    + side("b", 1)
                    + "    return torch.div(torch.add(a, b), 2)\n";
        }
        throw new AssertionError(loss);
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
