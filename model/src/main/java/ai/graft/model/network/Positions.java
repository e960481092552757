package ai.graft.model.network;

/** Which row of the position table a token takes. */
public sealed interface Positions {

    /** 0, 1, 2, … whatever the mask says (BERT, DistilBERT). */
    record Sequential() implements Positions {}

    /**
     * {@code padTokenId} + the count of tokens other than padding so far; a pad token takes {@code padTokenId} itself, a row
     * that a look-up never trains (RoBERTa). The ids decide, not the mask.
     */
    record AfterPadding(int padTokenId) implements Positions {}
}
