package ai.graft.finetune.engine;

/** What a batch should have given, in the form that its loss wants. Arrays are shared, not copied. */
public sealed interface Targets {

    /**
     * Class ids (B) or (B, S), or answer positions (B, 2).
     *
     * @param columns size of the second axis, 0 for none
     */
    @SuppressWarnings("ArrayRecordComponent") // one batch's targets, read once
    record Ids(int[] values, int columns) implements Targets {}

    /** Numbers (B, L): values of a regression, or 0 and 1 for each label; or (B, 2L), a teacher's logits before these. */
    @SuppressWarnings("ArrayRecordComponent") // one batch's targets, read once
    record Values(float[] values, int columns) implements Targets {}
}
