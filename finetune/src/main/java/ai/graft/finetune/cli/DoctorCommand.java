package ai.graft.finetune.cli;

import ai.graft.finetune.engine.CpuFeatures;
import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.model.checkpoint.PretrainedModel;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code graft doctor}: what this machine has, and whether PyTorch computes right on it. */
@Command(
        name = "doctor",
        description = {
            "Show what this machine has, and check that training works.",
            "Ends with exit code 1 where PyTorch does not compute what it should."
        })
final class DoctorCommand extends Subcommand {
    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    void run(Console console) throws IOException {
        Map<String, String> facts = facts();
        String trouble = selfCheck(facts);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        FactSheet sheet = new FactSheet();
        facts.forEach((name, value) -> {
            json.put(name.replace(' ', '_'), value);
            sheet.add(name, value);
        });
        json.put("ok", trouble.isEmpty());
        output.print(console, json, sheet.toString());
        if (!trouble.isEmpty()) {
            throw new CheckFailed(trouble);
        }
    }

    private static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("graft", Graft.BuildVersion.text());
        facts.put("java", MachineFacts.java());
        facts.put("system", MachineFacts.system());
        facts.put("cores", Integer.toString(MachineFacts.cores()));
        facts.put("memory", MachineFacts.memory());
        facts.put("cpu features", CpuFeatures.description());
        facts.put("pytorch", MachineFacts.pytorch());
        facts.put("threads", MachineFacts.threads());
        facts.put("model cache", MachineFacts.folder(PretrainedCache.ofUser().root()));
        facts.put("library cache", MachineFacts.folder(MachineFacts.engineCache()));
        for (PretrainedModel model : PretrainedModel.values()) {
            facts.put("model " + model.shortName(), availability(model));
        }
        return facts;
    }

    private static String availability(PretrainedModel model) {
        boolean there = PretrainedCache.class.getClassLoader().getResource(model.onnxResource()) != null;
        return there ? "ready" : "fetched as Maven does when first asked for: " + model.coordinates();
    }

    /** Adds what PyTorch does here; gives what is wrong, or nothing. */
    private static String selfCheck(Map<String, String> facts) {
        try {
            facts.put("gpu", MachineFacts.gpu());
            double worst = new SelfCheck().largestDifference();
            String result = String.format(
                    Locale.ROOT,
                    "logits, loss and gradients differ from the reference by %.1e at most, allowed are %.0e",
                    worst,
                    SelfCheck.TOLERANCE);
            boolean passed = worst <= SelfCheck.TOLERANCE;
            facts.put("self check", (passed ? "passed: " : "FAILED: ") + result);
            return passed ? "" : "the self check failed: " + result + ". Try another libtorch or fewer threads.";
        } catch (RuntimeException | LinkageError e) {
            facts.put("self check", "FAILED: PyTorch does not run here: " + e);
            return "the self check failed: PyTorch does not run here: " + e;
        }
    }
}
