package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long now = 5 * SECOND;

    private Progress progress(boolean interactive) {
        return new Progress(new PrintStream(bytes, true, StandardCharsets.UTF_8), interactive, () -> now);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void update_terminal_redrawsOneLine() {
        try (Progress progress = progress(true)) {
            progress.update(1, 4, 0.75, 32);
            now += 2 * SECOND;
            progress.update(2, 4, 0.5, 64);
        }

        assertThat(printed())
                .isEqualTo("\r[=====>              ] 1/4  loss 0.7500  - ex/s  - left"
                        + "\r[==========>         ] 2/4  loss 0.5000  16.0 ex/s  0:04 left\n");
    }

    @Test
    void update_otherUnit_namesIt() {
        for (boolean interactive : new boolean[] {true, false}) {
            PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
            try (Progress progress = new Progress(out, interactive, "tokens", () -> now)) {
                progress.update(1, 2, 0.5, 4096);
                now += 2 * SECOND;
                progress.update(2, 2, 0.5, 8192);
            }
        }

        assertThat(printed())
                .contains("2/2  loss 0.5000  2048.0 tokens/s  0:00 left\n", "(100 %)  loss 0.5000  2048.0 tokens/s");
    }

    @Test
    void update_terminalWithinATenthOfASecond_drawsOnlyFirstAndLast() {
        try (Progress progress = progress(true)) {
            for (int step = 1; step <= 50; step++) {
                progress.update(step, 50, 0.5, step);
                now += 1000;
            }
        }

        assertThat(printed().chars().filter(c -> c == '\r')).hasSize(2);
        assertThat(printed()).contains("50/50").endsWith("0:00 left\n");
    }

    @Test
    void update_shorterLine_wipesTheRest() {
        try (Progress progress = progress(true)) {
            progress.update(1, 4, 1234567.5, 0);
            now += SECOND;
            progress.update(2, 4, 0.5, 0);
        }

        String[] drawn = printed().split("\r", -1);
        assertThat(drawn[2].stripTrailing().length()).isLessThan(drawn[1].length());
        assertThat(drawn[2]).hasSize(drawn[1].length() + 1); // the line's end
    }

    @Test
    void message_terminal_standsAboveTheLine() {
        try (Progress progress = progress(true)) {
            progress.message("before");
            progress.update(1, 1, 0.5, 1);
            progress.message("saved");
        }

        String line = "[====================] 1/1  loss 0.5000  - ex/s  - left";
        assertThat(printed())
                .isEqualTo("before\n\r" + line + "\r" + " ".repeat(line.length()) + "\rsaved\n" + line + "\n");
    }

    @Test
    void update_log_printsEachTenth() {
        try (Progress progress = progress(false)) {
            for (int step = 1; step <= 1000; step++) {
                progress.update(step, 1000, 0.5, step * 8L);
                now += SECOND / 100;
            }
        }

        assertThat(printed().lines())
                .hasSize(11)
                .allSatisfy(line -> assertThat(line).startsWith("step ").doesNotContain("\r"));
        assertThat(printed().lines().toList().get(1))
                .isEqualTo("step 100/1000 (10 %)  loss 0.5000  800.0 examples/s  0:09 left");
    }

    @Test
    void update_slowLog_printsEveryThirtySeconds() {
        try (Progress progress = progress(false)) {
            for (int step = 1; step <= 61; step++) {
                progress.update(step, 100_000, Double.NaN, step);
                now += SECOND;
            }
        }

        assertThat(printed().lines()).hasSize(3);
        assertThat(printed()).contains("loss NaN").contains("1.0 examples/s  27:46:09 left");
    }

    @Test
    void update_stepBeyondTotal_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> progress(false).update(5, 4, 0, 0))
                .withMessage("step 5 of 4: expected 0 <= step <= total >= 1");
    }
}
