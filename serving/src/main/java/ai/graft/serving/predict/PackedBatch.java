package ai.graft.serving.predict;

import ai.graft.model.network.Inputs;
import ai.graft.model.network.Positions;
import java.util.Arrays;
import java.util.Optional;

/**
 * A batch without its padding: the tokens of all texts one after the other (T), and what leads from texts to tokens and back.
 *
 * <p>A text's tokens are those that its mask shows, in their order, wherever they stand: only their positions tell. The token
 * of column 0 is there in any case, for heads read it; where the mask hides it, it comes last, behind the length of the text,
 * where it asks and is not asked.
 *
 * @param tokens the place in the batch, row by row, of each token (T)
 * @param positionIds row of the position table of each token (T)
 * @param pack place of each token among the slots of {@code unpack} (T)
 * @param first the token of column 0 of each text (B)
 * @param unpack the token in each slot of each text, 0 where there is none (B, slots)
 * @param lengths how many of a text's slots others may ask (B)
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the runtime at once; never compared
record PackedBatch(Inputs inputs, int[] tokens, int[] positionIds, int[] pack, int[] first, int[] unpack, int[] lengths)
        implements Feed {
    /** Name of the axis of tokens. */
    static final String TOKENS = "tokens";

    static PackedBatch of(Inputs inputs, Positions counted) {
        int rows = inputs.rows();
        int columns = inputs.columns();
        int[] mask = inputs.attentionMask();
        int[][] texts = new int[rows][];
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++) {
            texts[row] = text(mask, row * columns, columns);
            lengths[row] = texts[row].length - (mask[row * columns] == 0 ? 1 : 0);
        }
        int slots = Arrays.stream(texts).mapToInt(text -> text.length).max().orElse(0);
        int[] tokens = Arrays.stream(texts).flatMapToInt(Arrays::stream).toArray();
        int[] pack = new int[tokens.length];
        int[] unpack = new int[rows * slots];
        int[] first = new int[rows];
        int token = 0;
        for (int row = 0; row < rows; row++) {
            first[row] = mask[row * columns] == 0 ? token + lengths[row] : token;
            for (int slot = row * slots; slot < row * slots + texts[row].length; slot++) {
                pack[token] = slot;
                unpack[slot] = token++;
            }
        }
        int[] positions = positions(inputs, counted);
        int[] positionIds = Arrays.stream(tokens).map(place -> positions[place]).toArray();
        return new PackedBatch(inputs, tokens, positionIds, pack, first, unpack, lengths);
    }

    /** Places of a text's tokens. */
    private static int[] text(int[] mask, int from, int columns) {
        int[] places = new int[columns + 1];
        int count = 0;
        for (int place = from; place < from + columns; place++) {
            if (mask[place] != 0) {
                places[count++] = place;
            }
        }
        if (mask[from] == 0) {
            places[count++] = from;
        }
        return Arrays.copyOf(places, count);
    }

    /** Of every place of the batch (B, S). */
    private static int[] positions(Inputs inputs, Positions counted) {
        int[] ids = inputs.inputIds();
        int[] positions = new int[ids.length];
        int count = 0;
        for (int place = 0; place < ids.length; place++) {
            int column = place % inputs.columns();
            if (counted instanceof Positions.AfterPadding after) {
                boolean real = ids[place] != after.padTokenId();
                count = (column == 0 ? 0 : count) + (real ? 1 : 0);
                positions[place] = after.padTokenId() + (real ? count : 0);
            } else {
                positions[place] = column;
            }
        }
        return positions;
    }

    @Override
    public Optional<Input> input(String name) {
        return switch (name) {
            case "input_ids" -> wide(picked(inputs.inputIds()), tokens.length);
            case "token_type_ids" -> wide(picked(inputs.tokenTypeIds()), tokens.length);
            case "position_ids" -> wide(positionIds, tokens.length);
            case "pack" -> wide(pack, tokens.length);
            case "first" -> wide(first, inputs.rows());
            case "unpack" -> wide(unpack, inputs.rows(), unpack.length / inputs.rows());
            case "lengths" -> Optional.of(new Input(lengths, new long[] {inputs.rows()}, false));
            default -> Optional.empty();
        };
    }

    private static Optional<Input> wide(int[] values, long... shape) {
        return Optional.of(new Input(values, shape, true));
    }

    private int[] picked(int[] values) {
        return Arrays.stream(tokens).map(place -> values[place]).toArray();
    }

    /** Zeros where there is no token. */
    @Override
    public float[] padded(float[] rows) {
        int width = rows.length / tokens.length;
        float[] padded = new float[inputs.rows() * inputs.columns() * width];
        for (int token = 0; token < tokens.length; token++) {
            System.arraycopy(rows, token * width, padded, tokens[token] * width, width);
        }
        return padded;
    }
}
