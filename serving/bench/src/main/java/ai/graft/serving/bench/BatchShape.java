package ai.graft.serving.bench;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The size of a batch.
 *
 * @param rows B
 * @param columns S
 * @param half whether the rows' lengths run evenly from 1 to S, so that half of the slots are padding; else all are full
 */
record BatchShape(int rows, int columns, boolean half) {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,4})x(\\d{1,5})(/2)?");

    BatchShape {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a batch has " + rows + " rows of " + columns + " tokens, expected 1 or more of both");
        }
    }

    /**
     * Reads {@code 8x128}, or {@code 8x128/2} for one that is half padding.
     *
     * @throws IllegalArgumentException for anything else
     */
    static BatchShape parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a shape is '" + text + "', expected ROWSxCOLUMNS, such as 8x128, with"
                    + " /2 behind it where half is padding");
        }
        return new BatchShape(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3) != null);
    }

    /** Tokens of each row. */
    int[] lengths() {
        return IntStream.range(0, rows)
                .map(row -> half && rows > 1 ? 1 + (int) Math.round(row * (columns - 1.0) / (rows - 1)) : columns)
                .toArray();
    }

    /** Tokens in all rows. */
    int tokens() {
        return Arrays.stream(lengths()).sum();
    }

    /** Random ids, padded on the right. */
    Inputs inputs(ModelConfig config) {
        SplittableRandom random = new SplittableRandom(1);
        int[] ids = new int[rows * columns];
        int[] mask = new int[rows * columns];
        Arrays.fill(ids, config.padTokenId());
        int[] lengths = lengths();
        for (int row = 0; row < rows; row++) {
            for (int i = row * columns; i < row * columns + lengths[row]; i++) {
                ids[i] = (config.padTokenId() + 1 + random.nextInt(config.vocabSize() - 1)) % config.vocabSize();
                mask[i] = 1;
            }
        }
        return new Inputs(rows, columns, ids, mask, new int[rows * columns]);
    }

    /** Floating-point operations of an encoder's products over real tokens, all of the last layer included. */
    double flops(ModelConfig config) {
        double matrices = ShapeOps.weights(Network.of(config), new Head.None()).stream()
                .filter(weight ->
                        weight.name().contains("layer.") && weight.shape().size() == 2)
                .mapToDouble(WeightSpec::size)
                .sum();
        double attention = Arrays.stream(lengths())
                .mapToDouble(length -> 4.0 * length * length * config.hiddenSize() * config.numHiddenLayers())
                .sum();
        return 2 * tokens() * matrices + attention;
    }

    @Override
    public String toString() {
        return rows + "x" + columns + (half ? "/2" : "");
    }
}
