package ai.graft.serving.bench;

import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sentence vectors of MiniLM's weights: Graft's exports and langchain4j's model in interleaved rounds. */
@Command(
        name = "embed",
        description = "Embeds the same texts with langchain4j's all-MiniLM-L6-v2 and with exports of minilm, in turn.",
        mixinStandardHelpOptions = true)
final class EmbedBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--texts", required = true, description = "file of texts, one a line")
    private Path texts;

    @Option(names = "--most", defaultValue = "500", description = "texts of it at most, default ${DEFAULT-VALUE}")
    private int most;

    @Option(
            names = "--export",
            split = ",",
            description =
                    "directories that 'graft export --model minilm' wrote, a flavour each; one is made if left out")
    private List<Path> exports = List.of();

    @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--singles",
            defaultValue = "50",
            description = "texts a round one by one, default ${DEFAULT-VALUE}")
    private int singles;

    @Option(names = "--warm-up", defaultValue = "1", description = "default ${DEFAULT-VALUE} round")
    private int warmUp;

    @Option(names = "--rounds", defaultValue = "5", description = "default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--spinning", description = "threads wait busily between texts too, as langchain4j's do")
    private boolean spinning;

    @Option(names = "--json", description = "every number, for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<String> lines = Files.readAllLines(texts).stream()
                .filter(line -> !line.isBlank())
                .limit(most)
                .toList();
        if (lines.isEmpty() || Math.min(Math.min(threads, singles), rounds) < 1 || warmUp < 0) {
            throw new IllegalArgumentException(texts + " gives " + lines.size() + " texts; that, threads, singles and"
                    + " rounds must be 1 or more, got " + threads + ", " + singles + " and " + rounds);
        }
        Path folder = Files.createTempDirectory("graft-bench-");
        try {
            print(lines, run(lines, exports.isEmpty() ? List.of(export(folder)) : exports));
        } finally {
            DirectoryTree.delete(folder);
        }
        return 0;
    }

    private static Path export(Path folder) {
        Path target = folder.resolve("export");
        OnnxExporter.export("minilm", target, ExportOptions.DEFAULT);
        return target;
    }

    /** Graft's are opened first: they start ONNX Runtime on a thread with room enough for a long class path. */
    private List<Contest.Result> run(List<String> lines, List<Path> directories) {
        List<Embedder> graft = new ArrayList<>();
        try {
            directories.forEach(directory -> graft.add(Embedder.graft(directory, threads, spinning)));
            try (Embedder langchain4j = Embedder.langchain4j(threads)) {
                List<Embedder> all = new ArrayList<>(graft);
                all.add(0, langchain4j);
                return new Contest(all, lines, singles).run(warmUp, rounds);
            }
        } finally {
            graft.forEach(Embedder::close);
        }
    }

    private void print(List<String> lines, List<Contest.Result> results) {
        PrintWriter out = spec.commandLine().getOut();
        int cores = Runtime.getRuntime().availableProcessors();
        if (json) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            all.put("texts", lines.size()).put("threads", threads).put("cores", cores);
            all.put("warm_up", warmUp).put("rounds", rounds).put("java", System.getProperty("java.version"));
            ArrayNode array = all.putArray("results");
            results.forEach(result -> array.add(result.toJson()));
            out.println(all);
        } else {
            out.println(lines.size() + " texts, " + threads + " threads, " + cores + " cores, " + rounds
                    + " rounds after " + warmUp);
            results.forEach(out::println);
        }
        out.flush();
    }
}
