package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.WordAttribution;
import ai.graft.tokenizer.TextInput;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ExplanationPageTest {
    private static final Explanation EVIL = new Explanation(
            TextInput.of("good <b> bad", "& so"),
            "<yes>",
            0.9,
            2,
            -1,
            List.of(
                    new WordAttribution(0, 0, 4, "good", 2),
                    new WordAttribution(0, 9, 12, "bad", -1),
                    new WordAttribution(1, 0, 1, "&", 0)),
            0.001,
            50,
            true);

    @Test
    void text_anyWords_isWellFormedAndShowsThemByTheirParts() throws Exception {
        String page = ExplanationPage.text("model <1>", List.of(EVIL));

        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>", ""))))
                .getDocumentElement();
        NodeList spans = root.getElementsByTagName("span");
        assertThat(spans.getLength()).isEqualTo(3);
        assertThat(((Element) spans.item(0)).getAttribute("style")).isEqualTo("--depth:1.00");
        assertThat(((Element) spans.item(1)).getAttribute("class")).isEqualTo("against");
        assertThat(((Element) spans.item(1)).getAttribute("title")).isEqualTo("-1.000");
        assertThat(root.getElementsByTagName("p").item(1).getTextContent()).isEqualTo("good <b> bad");
        assertThat(root.getElementsByTagName("p").item(2).getTextContent()).isEqualTo("& so");
        assertThat(page)
                .contains("error 0.10 %; longer than the model reads at once")
                .doesNotContain("http");
    }
}
