package ai.graft.finetune.train;

/** What a training goes over: rows of ids, each with what the network should give for it. Immutable. */
interface TrainingRows {
    /** Length of every row in tokens. */
    int[] lengths();

    /**
     * The rows of these numbers, padded to the longest.
     *
     * @param pass number of the training's pass, by which what is drawn anew for each pass is drawn
     */
    LabelledBatch batch(int[] rows, long pass);
}
