package ai.graft.tokenizer;

import java.util.Arrays;

/**
 * Which tokens of a whole encoding stay when it must be shorter.
 *
 * <p>The rules are those of Hugging Face's tokenizers library, {@code truncate_encodings} in
 * {@code utils/truncation.rs} and {@code Encoding::truncate} in {@code tokenizer/encoding.rs}: special tokens stay
 * always, each text keeps its first tokens, and room means the maximum length less the special tokens. Beginnings with
 * ends and windows over the longer text are Graft's own.
 */
final class Cut {

    private static final int SPECIAL = -1;

    /** Neighbouring windows share a quarter, so that what one cuts in two is whole in the other. */
    private static final int SHARED = 4;

    /** A quarter of what a text keeps is its beginning. */
    private static final int QUARTER = 4;

    private final int[] sequenceIds;
    private final int first;
    private final int second;

    /**
     * Counts the tokens of each text.
     *
     * @param sequenceIds 0, 1 or -1 for each token of the whole encoding
     */
    Cut(int[] sequenceIds) {
        this.sequenceIds = sequenceIds;
        this.first = count(sequenceIds, 0);
        this.second = count(sequenceIds, 1);
    }

    /** Positions that stay under the rule; refuses as the library does. */
    int[] truncate(Truncation truncation, boolean pair) {
        int room = room(truncation.maxLength());
        int surplus = first + second - room;
        if (truncation.strategy() == Truncation.Strategy.NONE || surplus <= 0) {
            return keep(Part.head(first), Part.head(second));
        }
        if (room == 0) {
            return keep(Part.NONE, Part.NONE);
        }
        return switch (truncation.strategy()) {
            case LONGEST_FIRST -> keep(Part.head(firstOfBoth(room, pair)), Part.head(room - firstOfBoth(room, pair)));
            case HEAD_TAIL ->
                keep(
                        Part.headAndTail(first, firstOfBoth(room, pair)),
                        Part.headAndTail(second, room - firstOfBoth(room, pair)));
            case ONLY_FIRST -> keep(Part.head(shortened("first", first, surplus, truncation)), Part.head(second));
            case ONLY_SECOND -> keep(Part.head(first), Part.head(shortenedSecond(surplus, truncation, pair)));
            case NONE -> throw new AssertionError("handled above");
        };
    }

    /** Tokens of both texts together under a maximum length. */
    private int room(int maxLength) {
        return maxLength - (sequenceIds.length - first - second);
    }

    /** What the first text keeps when the longer gives way first and both together fill the room; all without a pair. */
    private int firstOfBoth(int room, boolean pair) {
        if (!pair) {
            return room;
        }
        int shorter = Math.min(first, second);
        int longer = room - shorter;
        if (longer < shorter) {
            shorter = room / 2;
            longer = room - shorter;
        }
        return first > second ? longer : shorter;
    }

    private int shortenedSecond(int surplus, Truncation truncation, boolean pair) {
        if (!pair) {
            throw new TokenizerException("the text is " + surplus + " tokens too long for maxLength "
                    + truncation.maxLength() + " and ONLY_SECOND cuts a second text, but there is none; use"
                    + " LONGEST_FIRST or ONLY_FIRST");
        }
        return shortened("second", second, surplus, truncation);
    }

    private static int shortened(String which, int length, int surplus, Truncation truncation) {
        if (length <= surplus) {
            throw new TokenizerException("the " + which + " text has " + length + " tokens, but " + surplus
                    + " must go to respect maxLength " + truncation.maxLength() + " and one must stay; raise maxLength"
                    + " or use LONGEST_FIRST");
        }
        return length - surplus;
    }

    /** Windows over the second text, each as the positions that stay. */
    int[][] windows(int maxLength, int stride) {
        if (sequenceIds.length <= maxLength) {
            return new int[][] {keep(Part.head(first), Part.head(second))};
        }
        int room = maxLength - (sequenceIds.length - second);
        checkRoom(maxLength, stride, room);
        int step = room - stride;
        int windows = 1 + (Math.max(0, second - room) + step - 1) / step;
        int[][] kept = new int[windows][];
        for (int i = 0; i < windows; i++) {
            kept[i] = keep(Part.head(first), new Part(0, i * step, i * step + room));
        }
        return kept;
    }

    /**
     * Full windows over the only or the longer text, each as the positions that stay. Neighbours share a quarter of a
     * window's room; the last window ends with the text and may share more. The shorter text of a pair stays before or
     * behind each window, cut to half of the room where it is longer than that.
     */
    int[][] windowsOverLonger(int maxLength) {
        int room = room(maxLength);
        if (first + second <= room) {
            return new int[][] {keep(Part.head(first), Part.head(second))};
        }
        int beside = Math.min(Math.min(first, second), room / 2);
        int width = room - beside;
        int length = Math.max(first, second);
        int step = Math.max(1, width - width / SHARED);
        int windows = 1 + (length - width + step - 1) / step;
        int[][] kept = new int[windows][];
        for (int i = 0; i < windows; i++) {
            int from = Math.min(i * step, length - width);
            Part window = new Part(0, from, from + width);
            kept[i] = first >= second ? keep(window, Part.head(beside)) : keep(Part.head(beside), window);
        }
        return kept;
    }

    private void checkRoom(int maxLength, int stride, int room) {
        if (room < 1) {
            throw new TokenizerException("the question and the special tokens take " + (sequenceIds.length - second)
                    + " tokens, which leaves no room for the context under maxLength " + maxLength
                    + "; raise maxLength or shorten the question");
        }
        if (stride >= room) {
            throw new TokenizerException("stride " + stride + " does not fit: beside this question of " + first
                    + " tokens, maxLength " + maxLength + " leaves " + room
                    + " tokens for the context, and the stride must be smaller; lower stride or raise maxLength");
        }
    }

    private int[] keep(Part ofFirst, Part ofSecond) {
        int[] kept = new int[sequenceIds.length];
        int count = 0;
        int inFirst = 0;
        int inSecond = 0;
        for (int i = 0; i < sequenceIds.length; i++) {
            boolean stays = switch (sequenceIds[i]) {
                case SPECIAL -> true;
                case 0 -> ofFirst.holds(inFirst++);
                default -> ofSecond.holds(inSecond++);
            };
            if (stays) {
                kept[count++] = i;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    /**
     * What stays of a text: its first {@code head} tokens, and those from {@code from} to before {@code to}.
     */
    private record Part(int head, int from, int to) {
        static final Part NONE = head(0);

        static Part head(int tokens) {
            return new Part(tokens, 0, 0);
        }

        static Part headAndTail(int length, int kept) {
            int head = (kept + QUARTER / 2) / QUARTER; // to the nearest: 128 of 510, as in the source
            return kept >= length ? head(length) : new Part(head, length - (kept - head), length);
        }

        boolean holds(int token) {
            return token < head || (token >= from && token < to);
        }
    }

    private static int count(int[] sequenceIds, int wanted) {
        int count = 0;
        for (int id : sequenceIds) {
            count += id == wanted ? 1 : 0;
        }
        return count;
    }
}
