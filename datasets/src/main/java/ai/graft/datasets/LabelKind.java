package ai.graft.datasets;

/** What the labels of a data set look like. */
public enum LabelKind {
    /** No row has a label. */
    NONE,
    /** Each row has one of a few labels. */
    SINGLE,
    /** A row has any number of labels. */
    MULTI,
    /** Each row has a number on a scale. */
    REGRESSION
}
