package ai.graft.finetune.cli;

import ai.graft.serving.onnx.Int8Scale;
import ai.graft.serving.predict.Flavour;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say in which operators a file is written. */
final class FlavourOptions {
    @Option(names = "--flavor", paramLabel = "F", description = "portable (default), or ort for ONNX Runtime on CPUs.")
    private Flavour flavour = Flavour.PORTABLE;

    @Option(
            names = "--int8-scale",
            paramLabel = "S",
            description = "In ort: a scale each token (the default) or tensor.")
    private Optional<Int8Scale> scale = Optional.empty();

    Flavour flavour() {
        return flavour;
    }

    /** What shares a scale in int8; empty for the flavour's own. */
    Optional<Int8Scale> scale() {
        return scale;
    }
}
