package ai.graft.tokenizer;

import java.util.Arrays;

/**
 * A window in which words are hidden.
 *
 * <p>The arrays are neither copied in nor out: do not change them.
 *
 * @param ids what the network reads
 * @param places of the tokens that it has to guess, ascending: hidden, replaced, or left as they were
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, see above; equals compares contents
public record MaskedIds(TokenIds ids, int[] places) {
    @Override
    public boolean equals(Object other) {
        return other instanceof MaskedIds that && ids.equals(that.ids) && Arrays.equals(places, that.places);
    }

    @Override
    public int hashCode() {
        return 31 * ids.hashCode() + Arrays.hashCode(places);
    }

    @Override
    public String toString() {
        return "MaskedIds[" + ids + ", places=" + Arrays.toString(places) + "]";
    }
}
