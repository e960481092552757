package ai.graft.finetune.cli;

import ai.graft.finetune.train.UnknownLabels;
import picocli.CommandLine.Option;

/** The option that says what becomes of rows whose label the model does not know. */
final class UnknownLabelsOption {
    @Option(
            names = "--unknown-labels",
            paramLabel = "U",
            description = "Rows of labels that training had not: refuse, wrong.")
    private UnknownLabels value = UnknownLabels.REFUSE;

    UnknownLabels value() {
        return value;
    }
}
