package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionFailureTest {
    @TempDir
    Path folder;

    private TextFiles files;

    @BeforeEach
    void openFolder() {
        files = new TextFiles(folder);
    }

    private void fails(String name, String content, String... parts) throws IOException {
        fails(files.text(name, content), parts);
    }

    private static void fails(Path file, String... parts) {
        assertThatThrownBy(() -> QuestionSet.read(file))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(parts);
    }

    private void failsInRow(String name, String content, int row, String... parts) throws IOException {
        Path file = files.text(name, content);
        assertThatThrownBy(() -> QuestionSet.read(file))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(file + ", row " + row + ": ")
                .hasMessageContainingAll(parts);
    }

    /** A file of two articles, whose second paragraph of the second one has the questions. */
    private void failsInSquad(String questions, String... parts) throws IOException {
        String first = "{\"context\": \"x\", \"qas\": [{\"id\": \"0\", \"question\": \"q\"}]}";
        fails(
                "squad.json",
                "{\"data\": [{\"paragraphs\": []}, {\"paragraphs\": [" + first + ", {\"context\": \"a cat\", \"qas\": ["
                        + questions + "]}]}]}",
                parts);
    }

    @Test
    void missingFile_saysWhereItLooked() {
        Path file = folder.resolve("none.json");
        fails(file, "no such file", file.toAbsolutePath().toString());
    }

    @Test
    void brokenJson_namesLineAndColumn() throws IOException {
        fails("a.json", "{\"data\": [\n  {\"paragraphs\": [}]}", "broken JSON in line 2, column ", "Correct the file.");
        fails("b.json", "{\"version\" 1}", "broken JSON in line 1, column 1");
        fails("c.json", "{\"data\": [{\"paragraphs\": []}", "broken JSON in line 1");
    }

    @Test
    void noFileOfQuestions_saysWhatWasFound() throws IOException {
        fails(
                "a.json",
                "{\"version\": 1, \"records\": [[1]]}",
                "an object whose 'data' is a list of articles",
                "keys found: [version, records]");
        fails("b.json", "{\"data\": {\"x\": 1}}", "keys found: [data]");
        fails(
                "c.csv",
                "text,label\ngood,1\n",
                "its header needs the columns 'question' and 'context'",
                "columns found: [text, label]");
        fails("d.csv", "id,question,context,answers\n1,q,c,{}\n", "a column 'answers'", "'answer_start'");
        fails("e.json", "{\"data\": [{\"text\": \"good\"}]}", "row 1: has no 'context'; its keys: [text]");
        fails("f.json", "{\"data\": []}", "has no questions");
        fails("g.csv", "question,context\n", "has no questions");
    }

    @Test
    void emptyContext_namesArticleAndParagraph() throws IOException {
        fails(
                "a.json",
                "{\"data\": [{\"paragraphs\": [{\"context\": \" \", \"qas\": []}]}]}",
                "article 1, paragraph 1: the context is empty");
        fails("b.csv", "question,context\nq,x\nq,\n", "row 3: the context is empty");
    }

    @Test
    void emptyQuestion_namesTheIdAndThePlace() throws IOException {
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"\\n\"}", "article 2, paragraph 2, question 1: question 'k' is empty");
        fails("b.csv", "id,question,context\n7,,x\n", "row 2: question '7' is empty");
    }

    @Test
    void sameIdTwice_namesBothPlaces() throws IOException {
        failsInSquad(
                "{\"id\": 0, \"question\": \"q\"}",
                "the id '0' stands twice: in article 2, paragraph 1, question 1 and in article 2, paragraph 2, question 1.",
                "Give each question an id of its own");
        fails("b.csv", "id,question,context\n7,q,x\n8,q,x\n7,q,x\n", "the id '7' stands twice: in row 2 and in row 4.");
    }

    @Test
    void negativeStart_namesTheAnswer() throws IOException {
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"q\", \"answers\": [{\"text\": \"cat\", \"answer_start\": -1}]}",
                "paragraph 2, question 1: the answer 'cat' of question 'k' starts at -1, expected 0 or more");
    }

    @Test
    void startThatIsNoInteger_namesTheRow() throws IOException {
        failsInRow("a.csv", "question,context,answer,start\nq,x,x,two\n", 2, "the start of the answer is 'two'");
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"q\", \"answers\": [{\"text\": \"cat\", \"answer_start\": 2.5}]}",
                "question 1: 'answer_start' is NUMBER (2.5), expected an integer");
    }

    @Test
    void missingKeys_nameThePlaceAndTheKeysThatAreThere() throws IOException {
        failsInSquad("{\"question\": \"q\"}", "paragraph 2, question 1: has no 'id'; its keys: [question]. Add it.");
        failsInSquad("{\"id\": \"k\", \"q\": \"q\"}", "question 1: has no 'question'; its keys: [id, q]");
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"q\", \"answers\": [{\"answer_start\": 1}]}",
                "question 1: has no 'text'; its keys: [answer_start]");
        fails(
                "a.json",
                "{\"data\": [{\"paragraphs\": [{\"qas\": []}]}]}",
                "article 1, paragraph 1: has no 'context'; its keys: [qas]");
        fails(
                "b.json",
                "{\"data\": [{\"paragraphs\": [{\"context\": \"x\"}]}]}",
                "article 1, paragraph 1: has no 'qas'; its keys: [context]");
        fails("c.jsonl", "{\"question\": \"q\"}", "row 1: has no 'context'; its keys: [question]");
    }

    @Test
    void valuesOfAnotherKind_areShown() throws IOException {
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"q\", \"answers\": \"cat\"}",
                "question 1: 'answers' is STRING (\"cat\"), expected a list");
        failsInSquad("{\"id\": \"k\", \"question\": [\"q\"]}", "'question' is ARRAY ([\"q\"]), expected a string");
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"q\", \"is_impossible\": \"no\"}",
                "'is_impossible' is STRING (\"no\"), expected true or false");
        fails(
                "a.jsonl",
                "{\"question\": \"q\", \"context\": \"x\", \"answers\": {\"text\": [\"x\"], \"answer_start\": [1, 2]}}",
                "row 1: 1 answers.text but 2 answers.answer_start");
    }

    @Test
    void impossibleQuestionWithAnswer_namesBoth() throws IOException {
        failsInSquad(
                "{\"id\": \"k\", \"question\": \"q\", \"is_impossible\": true, "
                        + "\"answers\": [{\"text\": \"cat\", \"answer_start\": 2}]}",
                "question 'k' is marked is_impossible, but has the answer 'cat'. Remove one of both.");
    }

    @Test
    void rowsOfAnotherWidth_countTheirCells() throws IOException {
        failsInRow("a.csv", "question,context\nq,x\nq,x,y\n", 3, "3 cells, expected 2 (question, context)");
        failsInRow("b.csv", "id,question,context\n,q,x\n", 2, "the id is empty");
    }
}
