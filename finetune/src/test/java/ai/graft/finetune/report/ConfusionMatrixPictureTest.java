package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.evaluate.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfusionMatrixPictureTest {
    private static final int WHITE = 0xFFFFFF;
    private static final int FULL = 0x0B3C6F; // share 1
    private static final int NONE = 0xF7F9FB; // share 0

    @TempDir
    Path folder;

    @Test
    void write_perfectModel_coloursOnlyTheDiagonal() throws IOException {
        // 150 pixels a cell: the two full cells lie upper left and lower right of the two empty ones.
        BufferedImage image = draw(List.of("no", "yes"), new int[] {0, 1}, new int[] {0, 1});
        long full = LearningCurveTest.pixels(image, FULL);
        long none = LearningCurveTest.pixels(image, NONE);

        assertThat(full).isBetween(2 * 150L * 150 * 8 / 10, 2 * 150L * 150); // text takes the rest
        assertThat(none).isBetween(2 * 150L * 150 * 8 / 10, 2 * 150L * 150);
        assertThat(firstInTopRow(image, FULL)).isLessThan(firstInTopRow(image, NONE));
    }

    @Test
    void write_trueNoPredictedYes_coloursTheUpperRight() throws IOException {
        BufferedImage image = draw(List.of("no", "yes"), new int[] {0, 1}, new int[] {1, 1});

        assertThat(firstInTopRow(image, NONE)).isLessThan(firstInTopRow(image, FULL));
    }

    @Test
    void write_twoToManyLongLabels_leavesAWhiteMargin() throws IOException {
        for (int count : new int[] {2, 5, 20, 21, 77}) {
            List<String> labels = IntStream.range(0, count)
                    .mapToObj(i -> i + " a label that is much too long for any axis")
                    .toList();
            int[] ids = IntStream.range(0, count).toArray();
            BufferedImage image = draw(labels, ids, ids);

            assertThat(image.getWidth()).isLessThan(1700);
            assertThat(image.getHeight()).isLessThan(1600);
            assertThat(marginIsWhite(image)).as("%d labels", count).isTrue();
        }
    }

    @Test
    void write_labelWithoutExamples_isDrawnEmpty() throws IOException {
        BufferedImage image = draw(List.of("a", "b", "c"), new int[] {0, 0}, new int[] {0, 0});

        assertThat(LearningCurveTest.pixels(image, FULL)).isGreaterThan(0);
        assertThat(LearningCurveTest.pixels(image, NONE)).isGreaterThan(8 * 150L * 150 / 2);
    }

    private BufferedImage draw(List<String> labels, int[] gold, int[] predicted) throws IOException {
        Path png = folder.resolve("confusion.png");
        ConfusionMatrixPicture.write(
                png,
                ConfusionMatrix.of(labels, gold, predicted),
                "A title, long enough to be cut "
                        + "because no picture of two labels has room for so many words, however small they may be set in it");
        return ImageIO.read(png.toFile());
    }

    /** The leftmost pixel of a colour in a line through the upper cells, above their text. */
    private static int firstInTopRow(BufferedImage image, int colour) {
        return IntStream.range(0, image.getWidth())
                .filter(x -> (image.getRGB(x, 90) & WHITE) == colour)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pixel of colour " + Integer.toHexString(colour)));
    }

    private static boolean marginIsWhite(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        boolean sides = IntStream.range(0, height)
                .allMatch(y -> (image.getRGB(3, y) & WHITE) == WHITE && (image.getRGB(width - 4, y) & WHITE) == WHITE);
        boolean ends = IntStream.range(0, width)
                .allMatch(x -> (image.getRGB(x, 3) & WHITE) == WHITE && (image.getRGB(x, height - 4) & WHITE) == WHITE);
        return sides && ends;
    }
}
