package ai.graft.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's library sample compiles as it stands, and does what it says. */
class ReadmeSampleTest {
    @TempDir
    Path folder;

    @Test
    void sample_compiledAndRun_trainsSavesAndPredicts() throws Exception {
        Path data = folder.resolve("reviews.tsv");
        Files.write(data, reviews());
        Path source = folder.resolve("Reviews.java");
        Files.writeString(
                source,
                sample().replace("\"reviews.tsv\"", quoted(data))
                        .replace("\"reviews-model\"", quoted(folder.resolve("out"))));

        int failures = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(failures).isZero();
        String output = run();

        assertThat(output).contains("accuracy").containsPattern("(?m)^(positive|negative)$");
        assertThat(folder.resolve("out/model.safetensors")).exists();
    }

    private static String sample() throws Exception {
        Path readme = Path.of("..", "README.md");
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(readme));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private String run() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
            loader.loadClass("Reviews").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\") + '"';
    }

    private static List<String> reviews() {
        List<String> rows = new ArrayList<>(List.of("text\tlabel"));
        for (int i = 0; i < 30; i++) {
            rows.add("Item " + i + " is wonderful and I love it.\tpositive");
            rows.add("Item " + i + " is terrible and I hate it.\tnegative");
        }
        return rows;
    }
}
