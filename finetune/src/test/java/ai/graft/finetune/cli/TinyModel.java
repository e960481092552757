package ai.graft.finetune.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model of a few hundred weights, made by {@code graft init}. */
final class TinyModel {
    static final String CONFIG = """
            {"architectures": ["BertForSequenceClassification"], "model_type": "bert", "vocab_size": 8, "hidden_size": 4,
             "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 6, "max_position_embeddings": 10,
             "type_vocab_size": 2, "id2label": {"0": "no", "1": "yes"}, "label2id": {"no": 0, "yes": 1}}
            """;

    /**
     * Embeddings (8 + 10 + 2) · 4 + 8; layer 4 · (4 · 4 + 4) + 8 + (4 · 6 + 6) + (6 · 4 + 4) + 8; pooler 4 · 4 + 4;
     * classifier 4 · 2 + 2.
     */
    static final int PARAMETERS = 88 + 154 + 20 + 10;

    /** Writes config.json and vocab.txt, whose ids are 0 to 7 in this order. */
    static Path sources(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##s\n");
        return folder;
    }

    static Path in(Path folder) throws IOException {
        Path sources = sources(Files.createDirectories(folder.resolve("sources")));
        Path model = folder.resolve("model");
        CommandRun run = CommandRun.of(
                "init", "--config", sources.resolve("config.json"), "--tokenizer", sources, "--out", model);
        if (run.exitCode() != 0) {
            throw new AssertionError(run);
        }
        return model;
    }

    private TinyModel() {}
}
