package ai.graft.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.finetune.cli.Graft;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

/** What holds for notebooks as they lie in the repository: form, links, commands. */
class StoredNotebooksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    static List<Path> notebooks() {
        return StoredNotebooks.files();
    }

    @Test
    void files_ofTheManual_areFive() {
        assertThat(StoredNotebooks.files())
                .extracting(Path::toString)
                .containsExactly(
                        "1-first-classifier.ipynb",
                        "2-what-transfer-is-worth.ipynb",
                        "3-questions-and-answers.ipynb",
                        "4-from-checkpoint-to-production.ipynb",
                        "5-looking-inside.ipynb");
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void form_isWithoutOutputsAndReadsLineByLine(Path file) throws IOException {
        JsonNode root = new ObjectMapper().readTree(Files.readString(file));

        assertThat(root.at("/metadata/kernelspec/name").asText()).isEqualTo(KernelSpec.NAME);
        for (JsonNode cell : root.path("cells")) {
            assertThat(cell.path("source").isArray())
                    .as("source of %s", cell.path("id"))
                    .isTrue();
            cell.path("source")
                    .forEach(line -> assertThat(line.asText().strip()).doesNotContain("\n"));
            if (cell.path("cell_type").asText().equals("code")) {
                assertThat(cell.path("outputs"))
                        .as("outputs of %s", cell.path("id"))
                        .isEmpty();
                assertThat(cell.path("execution_count").isNull()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void links_toFiles_leadSomewhere(Path file) throws IOException {
        assertThat(links(text(file)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Path.of(link)).exists());
    }

    @Test
    void links_ofTheReadme_leadSomewhere() throws IOException {
        assertThat(links(Files.readString(Path.of("README.md"))))
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(link -> assertThat(Path.of(link)).exists());
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void commands_inTheText_areThoseOfGraft(Path file) throws IOException {
        assertCommands(text(file), 1);
    }

    @Test
    void commands_ofTheReadme_areThoseOfGraft() throws IOException {
        assertCommands(Files.readString(Path.of("README.md")), 2);
    }

    @Test
    void commands_thatDoNotExist_wouldBeFound() {
        for (String wrong : List.of("./graft tarin --out x", "./graft export --model m --otu x", "./graft explain")) {
            assertThatThrownBy(() -> Graft.check(words(wrong))).as(wrong).isInstanceOf(ParameterException.class);
        }
    }

    private static void assertCommands(String text, int least) {
        List<String> commands = commands(text);
        assertThat(commands).hasSizeGreaterThanOrEqualTo(least);
        assertThat(commands)
                .allSatisfy(command -> assertThatCode(() -> Graft.check(words(command)))
                        .as(command)
                        .doesNotThrowAnyException());
    }

    private static String text(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        Notebook.read(file).cells().stream()
                .filter(cell -> !cell.code())
                .forEach(cell -> text.append(cell.source()).append('\n'));
        return text.toString();
    }

    private static List<String> links(String text) {
        return LINK.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(link -> !link.contains("://"))
                .toList();
    }

    /** In code between backquotes or in blocks of their own. */
    private static List<String> commands(String text) {
        List<String> commands = new ArrayList<>();
        Matcher found = Pattern.compile("(?m)(?:^|`)\\./graft ([^`\\n]*)").matcher(text);
        while (found.find()) {
            commands.add("./graft " + found.group(1));
        }
        return commands;
    }

    /** As a shell would divide them. */
    private static String[] words(String command) {
        String bare = command.replaceFirst("\\s+#.*", "");
        return WORD.matcher(bare)
                .results()
                .skip(1)
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toArray(String[]::new);
    }
}
