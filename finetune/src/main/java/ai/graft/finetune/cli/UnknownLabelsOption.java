package ai.graft.finetune.cli;

import ai.graft.finetune.train.UnknownLabels;
import picocli.CommandLine.Option;

/** The option that says what becomes of rows whose label the model does not know. */
final class UnknownLabelsOption {
    @Option(
            names = "--unknown-labels",
            paramLabel = "U",
            description = "Rows to judge by whose label training had not: refuse (the default) or wrong.")
    private UnknownLabels value = UnknownLabels.REFUSE;

    UnknownLabels value() {
        return value;
    }
}
