package ai.graft.finetune.train;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What every fine-tuned model on PyTorch is made of. Owns tokenizer and network.
 *
 * @param adapter what was merged into the network, after a training with adapters
 * @param report how it came to be; empty for one that was opened
 */
record TorchModel(
        ConfigFile config,
        Tokenizer tokenizer,
        LengthLimit limit,
        TorchNetwork network,
        Precision precision,
        Optional<LoraAdapter> adapter,
        Optional<TrainingReport> report)
        implements AutoCloseable {

    /**
     * Opens a saved model.
     *
     * @param task what it is for, for its head
     * @param longTexts what becomes of long texts, in place of what the model was trained with
     * @throws CheckpointException where its head is not whole, or its files are not sound
     */
    static TorchModel open(
            Checkpoint checkpoint,
            Task task,
            Precision precision,
            ComputeDevice device,
            Optional<LongTexts> longTexts) {
        PretrainedNetwork pretrained = checkpoint.load(checkpoint.head(), false, 0);
        requireWhole(checkpoint, pretrained);
        GraftFile graft = GraftFile.read(checkpoint.directory());
        Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
        try {
            TorchNetwork network = TorchNetwork.forPrediction(
                    pretrained.network(), pretrained.head(), pretrained::values, precision, device);
            LongTexts beyond = longTexts.orElseGet(() -> graft.longTexts(LongTexts::parse, LongTexts.HEAD));
            LengthLimit limit =
                    new LengthLimit(graft.maxLength(checkpoint.config().model()), beyond);
            return new TorchModel(
                    checkpoint.config(), tokenizer, limit, network, precision, Optional.empty(), Optional.empty());
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** A head drawn at random answers at random: refused. */
    private static void requireWhole(Checkpoint checkpoint, PretrainedNetwork pretrained) {
        List<String> missing = pretrained.loaded().report().missing();
        if (!missing.isEmpty()) {
            throw new CheckpointException(checkpoint.directory() + ": the head is not whole, missing are " + missing
                    + ". Fine-tune the model first.");
        }
    }

    Map<String, String> runtime() {
        return runtime(precision);
    }

    /** What PyTorch is and computes with. */
    static Map<String, String> runtime(Precision precision) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("PyTorch", TorchNetwork.version());
        facts.put("threads", Integer.toString(TorchNetwork.threads()));
        facts.put("precision", precision.name().toLowerCase(Locale.ROOT));
        return facts;
    }

    void save(Task task, AtomicDirectory reserved, DType stored) {
        new ModelWriter(this, task).write(reserved, stored);
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
