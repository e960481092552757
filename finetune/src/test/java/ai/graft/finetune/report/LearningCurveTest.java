package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningCurveTest {
    private static final int TRAINING = 0x1F5A99;
    private static final int VALIDATION = 0xC04A1B;

    @TempDir
    Path folder;

    @Test
    void write_trainingAndValidation_drawsBothOnWhite() throws IOException {
        BufferedImage image = draw(run(200, true));

        assertThat(image.getWidth()).isEqualTo(1200);
        assertThat(pixels(image, TRAINING)).isGreaterThan(500);
        assertThat(pixels(image, VALIDATION)).isGreaterThan(500);
        assertThat(image.getRGB(2, 2) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    }

    @Test
    void write_withoutValidation_leavesThePanelOut() throws IOException {
        BufferedImage with = draw(run(20, true));
        BufferedImage without = draw(run(20, false));

        assertThat(without.getHeight()).isLessThan(with.getHeight());
        assertThat(pixels(without, VALIDATION)).isZero();
    }

    @Test
    void write_divergedLoss_leavesTheValuesOut() throws IOException {
        History history = new History();
        history.append(HistoryPoint.of(1, 0.1, 1e-5, 0.7));
        history.append(HistoryPoint.of(2, 0.2, 1e-5, 0.6));
        history.append(HistoryPoint.of(3, 0.3, 1e-5, Double.NaN));
        history.append(HistoryPoint.of(4, 0.4, 1e-5, Double.POSITIVE_INFINITY));

        assertThat(pixels(draw(history), TRAINING)).isGreaterThan(100);
    }

    @Test
    void write_onePoint_drawsADot() throws IOException {
        assertThat(pixels(draw(run(1, false)), TRAINING)).isGreaterThan(20);
    }

    @Test
    void write_sameHistory_givesTheSameBytes() throws IOException {
        LearningCurve.write(folder.resolve("a.png"), run(30, true), "run");
        LearningCurve.write(folder.resolve("b.png"), run(30, true), "run");

        assertThat(folder.resolve("a.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
    }

    @Test
    void write_emptyHistory_isRefusedAndWritesNothing() {
        Path png = folder.resolve("c.png");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningCurve.write(png, new History(), ""))
                .withMessageStartingWith("the history has no points to draw.");
        assertThat(Files.exists(png)).isFalse();
    }

    private BufferedImage draw(History history) throws IOException {
        Path png = folder.resolve("curve.png");
        LearningCurve.write(png, history, "run");
        return ImageIO.read(png.toFile());
    }

    private static History run(int steps, boolean validated) {
        History history = new History();
        for (int step = 1; step <= steps; step++) {
            boolean evaluated = validated && step % 10 == 0;
            Map<String, Double> metrics = evaluated ? Map.of("loss", 0.5 + 1.0 / step, "accuracy", 0.8) : Map.of();
            history.append(new HistoryPoint(step, step / 100.0, 1e-5, 1.0 / step, metrics));
        }
        return history;
    }

    static long pixels(BufferedImage image, int colour) {
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
            }
        }
        return count;
    }
}
