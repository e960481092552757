package ai.graft.tokenizer;

import java.util.List;

/**
 * One input, made to fit a maximum length.
 *
 * @param wholeLength tokens of the whole input, special tokens included
 * @param pieces its ids, cut or in windows; one piece at least
 */
public record FittedIds(int wholeLength, List<TokenIds> pieces) {

    /**
     * Copies the pieces.
     *
     * @throws IllegalArgumentException when there is none
     */
    public FittedIds {
        pieces = List.copyOf(pieces);
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException("an input has one piece or more, got none");
        }
    }
}
