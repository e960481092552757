package ai.graft.finetune.train;

/** What becomes of rows that a model is judged by and whose label it was not trained on. */
public enum UnknownLabels {
    /** An error that names the row: most likely the file is another than was meant. */
    REFUSE,
    /**
     * The model cannot be right there, and the row counts as wrong: the label stands among the others with a probability of
     * 0, as scikit-learn's metrics have it with {@code labels=} all of them. The mean over labels goes down with each.
     */
    WRONG
}
