package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * Rows of ids padded on the right to one length, row after row: what a network takes, (B, S).
 *
 * <p>The arrays are neither copied in nor out: do not change them. Padding has the pad id, attention 0 and type 0.
 *
 * @param rows B, at least 1
 * @param columns S
 * @param inputIds ids, (B, S) row-major
 * @param attentionMask 1 for tokens, 0 for padding, (B, S) row-major
 * @param tokenTypeIds segments, (B, S) row-major
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, see above; equals compares contents
public record Batch(int rows, int columns, int[] inputIds, int[] attentionMask, int[] tokenTypeIds) {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException when there is no row or an array is not B times S long
     */
    public Batch {
        if (rows < 1 || columns < 0) {
            throw new IllegalArgumentException("a batch needs 1 row or more and no negative length, got " + rows
                    + " rows, " + columns + " columns");
        }
        int size = Math.multiplyExact(rows, columns);
        if (inputIds.length != size || attentionMask.length != size || tokenTypeIds.length != size) {
            throw new IllegalArgumentException("a batch of " + rows + " x " + columns + " holds " + size
                    + " entries of each kind, got inputIds " + inputIds.length + ", attentionMask "
                    + attentionMask.length + ", tokenTypeIds " + tokenTypeIds.length);
        }
    }

    /**
     * Pads to the longest row.
     *
     * @param rows the rows, at least one
     * @param padId id that fills up
     * @return the batch
     * @throws IllegalArgumentException when there is no row
     */
    public static Batch pad(List<TokenIds> rows, int padId) {
        return padTo(rows, padId, longest(rows));
    }

    /**
     * Pads to the next multiple of a number at or above the longest row, for kernels that like round shapes.
     *
     * @param rows the rows, at least one
     * @param padId id that fills up
     * @param multiple at least 1
     * @return the batch
     * @throws IllegalArgumentException when there is no row or {@code multiple} is below 1
     */
    public static Batch padToMultipleOf(List<TokenIds> rows, int padId, int multiple) {
        if (multiple < 1) {
            throw new IllegalArgumentException("multiple is " + multiple + ", it must be 1 or more");
        }
        int groups = -Math.floorDiv(-longest(rows), multiple);
        return padTo(rows, padId, Math.multiplyExact(groups, multiple));
    }

    /**
     * Pads to a given length.
     *
     * @param rows the rows, at least one
     * @param padId id that fills up
     * @param columns S, not below the longest row
     * @return the batch
     * @throws IllegalArgumentException when there is no row or one is longer than {@code columns}
     */
    public static Batch padTo(List<TokenIds> rows, int padId, int columns) {
        int longest = longest(rows);
        if (longest > columns) {
            throw new IllegalArgumentException("the longest row has " + longest + " tokens, more than the " + columns
                    + " columns asked for; truncate it when encoding");
        }
        int size = Math.multiplyExact(rows.size(), columns);
        int[] ids = new int[size];
        int[] mask = new int[size];
        int[] types = new int[size];
        Arrays.fill(ids, padId);
        int at = 0;
        for (TokenIds row : rows) {
            System.arraycopy(row.inputIds(), 0, ids, at, row.length());
            System.arraycopy(row.tokenTypeIds(), 0, types, at, row.length());
            Arrays.fill(mask, at, at + row.length(), 1);
            at += columns;
        }
        return new Batch(rows.size(), columns, ids, mask, types);
    }

    private static int longest(List<TokenIds> rows) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a batch needs 1 row or more, got none");
        }
        return rows.stream().mapToInt(TokenIds::length).max().orElseThrow();
    }

    /**
     * Counts the tokens that are no padding; {@code 1 - realTokens() / (double) (rows * columns)} is the share of
     * padding. Linear in B times S.
     *
     * @return the number of ones in the attention mask
     */
    public int realTokens() {
        return Arrays.stream(attentionMask).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Batch that
                && rows == that.rows
                && columns == that.columns
                && Arrays.equals(inputIds, that.inputIds)
                && Arrays.equals(attentionMask, that.attentionMask)
                && Arrays.equals(tokenTypeIds, that.tokenTypeIds);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * rows + columns) + Arrays.hashCode(inputIds);
    }

    @Override
    public String toString() {
        return "Batch[" + rows + " x " + columns + ", " + realTokens() + " tokens]";
    }
}
