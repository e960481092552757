package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs with three texts: shows that it works, measures nothing. */
@Tag("slow")
class EmbedBenchTest {
    @TempDir
    Path folder;

    @Test
    void embed_threeTexts_bothGiveTheSameVectors() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "a short one\n\nand one that is longer\nthird\n");
        StringWriter out = new StringWriter();
        CommandLine command = BenchMain.commandLine().setOut(new PrintWriter(out));
        int code = command.execute(
                "embed", "--texts", texts.toString(), "--rounds", "1", "--warm-up", "0", "--singles", "1", "--json");

        assertThat(code).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("texts").asInt()).isEqualTo(3);
        assertThat(json.path("results")).hasSize(2);
        JsonNode graft = json.path("results").path(1);
        assertThat(graft.path("name").asText()).isEqualTo("graft portable fp32");
        // The same weights in fp32: what differs is the order of sums.
        assertThat(graft.path("lowest_cosine").asDouble()).isBetween(0.99999, 1.00001);
        assertThat(graft.path("texts_per_second").path("median").asDouble()).isPositive();
    }
}
