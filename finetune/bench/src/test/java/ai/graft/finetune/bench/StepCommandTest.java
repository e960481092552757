package ai.graft.finetune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class StepCommandTest {
    private static final List<String> VARIANTS = List.of("baseline-fp32", "engine-fp32", "engine-bf16");

    @Test
    void step_smokeAsJson_everyNumberIsFinite() throws IOException {
        JsonNode result = new ObjectMapper().readTree(run("step", "--smoke", "--json"));
        assertThat(result.path("gflop").asDouble())
                .isGreaterThan(result.path("gflop_engine").asDouble());
        for (String variant : VARIANTS) {
            JsonNode numbers = result.path("variants").path(variant);
            assertThat(numbers.path("seconds").path("values")).as(variant).hasSize(2);
            for (String pointer : List.of("/seconds/median", "/gflops", "/speedup/median", "/gemm_share/median")) {
                assertThat(numbers.at(pointer).asDouble(Double.NaN))
                        .as(variant + pointer)
                        .isPositive()
                        .isFinite();
            }
            // Random weights of deviation 0.02 say next to nothing about two labels: ln 2 = 0.693.
            assertThat(numbers.path("loss").asDouble()).as(variant).isBetween(0.4, 1.1);
        }
    }

    @Test
    void step_onlyOneVariant_leavesTheOthersAndProductsOut() {
        assertThat(run("step", "--smoke", "--only", "engine-bf16"))
                .contains("engine-bf16", "2 x 16 tokens")
                .doesNotContain("baseline", "gemm", "NaN");
    }

    @Test
    void soak_smoke_printsMemoryTenTimes() {
        assertThat(run("soak", "--smoke", "--steps", "20", "--batch", "4", "--length", "9")
                        .lines())
                .hasSize(10)
                .allSatisfy(line -> assertThat(line).contains("resident").doesNotContain("NaN"));
    }

    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine commands = BenchMain.commandLine().setOut(new PrintWriter(out));
        assertThat(commands.execute(arguments)).as("exit status").isZero();
        return out.toString();
    }
}
