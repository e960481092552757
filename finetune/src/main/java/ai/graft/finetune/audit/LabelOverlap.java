package ai.graft.finetune.audit;

/**
 * Two labels whose rows are taken for each other.
 *
 * @param rows how many rows of either label count as truly of the other, by the confident joint
 */
public record LabelOverlap(String first, String second, int rows) {}
