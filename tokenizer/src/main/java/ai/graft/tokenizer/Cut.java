package ai.graft.tokenizer;

import java.util.Arrays;

/**
 * Which tokens of a whole encoding stay when it must be shorter.
 *
 * <p>The rules are those of Hugging Face's tokenizers library, {@code truncate_encodings} in
 * {@code utils/truncation.rs} and {@code Encoding::truncate} in {@code tokenizer/encoding.rs}: special tokens stay
 * always, each text keeps its first tokens, and room means the maximum length less the special tokens.
 */
final class Cut {

    private static final int SPECIAL = -1;

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
        int room = truncation.maxLength() - (sequenceIds.length - first - second);
        int surplus = first + second - room;
        if (truncation.strategy() == Truncation.Strategy.NONE || surplus <= 0) {
            return keep(first, 0, second);
        }
        if (room == 0) {
            return keep(0, 0, 0);
        }
        return switch (truncation.strategy()) {
            case LONGEST_FIRST -> pair ? longestFirst(room) : keep(room, 0, 0);
            case ONLY_FIRST -> keep(shortened("first", first, surplus, truncation), 0, second);
            case ONLY_SECOND -> keep(first, 0, shortenedSecond(surplus, truncation, pair));
            case NONE -> throw new AssertionError("handled above");
        };
    }

    private int[] longestFirst(int room) {
        int shorter = Math.min(first, second);
        int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
        if (shorter + longer > room) {
            shorter = room / 2;
            longer = shorter + room % 2;
        }
        return first > second ? keep(longer, 0, shorter) : keep(shorter, 0, longer);
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
            return new int[][] {keep(first, 0, second)};
        }
        int room = maxLength - (sequenceIds.length - second);
        checkRoom(maxLength, stride, room);
        int step = room - stride;
        int windows = 1 + (Math.max(0, second - room) + step - 1) / step;
        int[][] kept = new int[windows][];
        for (int i = 0; i < windows; i++) {
            kept[i] = keep(first, i * step, Math.min(second, i * step + room));
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

    private int[] keep(int firstEnd, int secondStart, int secondEnd) {
        int[] kept = new int[sequenceIds.length];
        int count = 0;
        int inFirst = 0;
        int inSecond = 0;
        for (int i = 0; i < sequenceIds.length; i++) {
            boolean stays = switch (sequenceIds[i]) {
                case SPECIAL -> true;
                case 0 -> inFirst++ < firstEnd;
                default -> inSecond >= secondStart && inSecond < secondEnd;
            };
            inSecond += sequenceIds[i] == 1 ? 1 : 0;
            if (stays) {
                kept[count++] = i;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    private static int count(int[] sequenceIds, int wanted) {
        int count = 0;
        for (int id : sequenceIds) {
            count += id == wanted ? 1 : 0;
        }
        return count;
    }
}
