package ai.graft.finetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory over many steps, in a process of its own that is set up as {@code ./graft} sets up Java. */
@Tag("slow")
class SoakCommandTest {
    private static final Pattern LINE = Pattern.compile("step (\\d+) .* resident ([0-9.]+) GB.*");

    /** Java's own heap is of fixed size here, so that what grows is the engine's. */
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-Dai.djl.offline=true");

    @Test
    @EnabledOnOs(OS.LINUX) // where the system tells how much memory is resident
    void run_thousandStepsOfVariedShapes_memoryOfStepHundred() throws Exception {
        Map<Integer, Double> resident = soak("--steps", "1000", "--batch", "16", "--length", "128");

        assertThat(resident.get(1000)).isCloseTo(resident.get(100), withinPercentage(3));
    }

    private static Map<Integer, Double> soak(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchMain.class.getName(), "soak"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        Map<Integer, Double> resident = new TreeMap<>();
        for (String line : output.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                resident.put(Integer.valueOf(matcher.group(1)), Double.valueOf(matcher.group(2)));
            }
        }
        return resident;
    }
}
