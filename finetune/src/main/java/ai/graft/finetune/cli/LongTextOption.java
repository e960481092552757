package ai.graft.finetune.cli;

import ai.graft.tokenizer.LongTexts;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that says what becomes of texts that are longer than a model reads. */
final class LongTextOption {
    @Option(names = "--long", paramLabel = "L", description = "Longer texts: head, head-tail, windows (as trained).")
    private Optional<String> name = Optional.empty();

    /** @throws IllegalArgumentException where the name is none of the three */
    Optional<LongTexts> value() {
        return name.map(LongTexts::parse);
    }
}
