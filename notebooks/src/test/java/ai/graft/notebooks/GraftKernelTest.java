package ai.graft.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Objects;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;

/** What Jupyter is given; the protocol itself is tried by .ci/check-notebooks, with Jupyter. */
class GraftKernelTest {
    private final GraftKernel kernel = new GraftKernel();

    @Test
    void eval_aFigure_isShownAsHtmlAndText() {
        DisplayData data = Objects.requireNonNull(kernel.eval("new ai.graft.notebooks.show.Figure(\"<p>a</p>\")"));

        assertThat(data.getData(MIMEType.TEXT_HTML)).asString().contains("<div class=\"graft\">", "<p>a</p>");
        assertThat(data.getData(MIMEType.TEXT_PLAIN)).isEqualTo("figure of 8 characters");
    }

    @Test
    void eval_withoutValue_showsNothing() {
        assertThat(kernel.eval("int a = 3;")).isNull();
        assertThat(kernel.evalRaw("a")).isEqualTo(3);
    }

    @Test
    void formatError_ofACell_hasTheLineAndTheUsersPartOfTheTrace() {
        Throwable thrown = catchThrowable(() -> kernel.eval("\nInteger.parseInt(\"x\");"));

        assertThat(String.join("\n", kernel.formatError(thrown)))
                .startsWith("line 2: java.lang.NumberFormatException")
                .contains("at java.base/java.lang.Integer.parseInt")
                .doesNotContain("do_it$", "CellExecution");
    }

    @Test
    void complete_aName_replacesFromItsBeginning() {
        var options = kernel.complete("Math.ab", 7);

        assertThat(options.getReplacements()).contains("abs(");
        assertThat(options.getSourceStart()).isEqualTo(5);
        assertThat(kernel.isComplete("while (true) {")).isEqualTo(GraftKernel.IS_COMPLETE_MAYBE);
    }

    @Test
    void interrupt_aSleepingCell_endsIt() throws InterruptedException {
        Thread other = new Thread(() -> {
            for (int i = 0; i < 100; i++) { // until the cell is under way
                kernel.interrupt();
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        other.start();

        Throwable thrown = catchThrowable(() -> kernel.eval("Thread.sleep(60_000);"));

        other.interrupt();
        other.join();
        assertThat(thrown).hasMessageContaining("InterruptedException");
    }
}
