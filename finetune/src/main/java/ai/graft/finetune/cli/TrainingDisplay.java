package ai.graft.finetune.cli;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.report.Progress;
import ai.graft.finetune.train.TrainingListener;
import java.util.Locale;

/** Shows a training on standard error: a bar on a terminal, plain lines in a pipe. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
    private final Console console;
    private final Progress progress;

    TrainingDisplay(Console console) {
        this(console, "examples");
    }

    /** One whose speed is in something else than examples a second. */
    TrainingDisplay(Console console, String unit) {
        this.console = console;
        this.progress = new Progress(console.err(), console.interactive(), unit, System::nanoTime);
    }

    @Override
    public void note(String text) {
        console.err().println(text);
    }

    @Override
    public void step(int step, int total, double loss, long examplesDone) {
        progress.update(step, total, loss, examplesDone);
    }

    @Override
    public void evaluated(int step, Evaluation evaluation, String metric, boolean best) {
        progress.message(String.format(
                Locale.ROOT,
                "step %d: validation %s %.4f%s%s",
                step,
                metric,
                evaluation.metric(metric),
                evaluation.metricNames().contains("loss")
                        ? String.format(Locale.ROOT, ", loss %.4f", evaluation.metric("loss"))
                        : "",
                best ? " (best so far)" : ""));
    }

    @Override
    public void close() {
        progress.close();
    }
}
