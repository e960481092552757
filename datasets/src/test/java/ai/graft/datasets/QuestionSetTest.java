package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionSetTest {
    /** In Python, "😀 Ada wrote it in 1843.".index("Ada") is 2 and .index("1843") is 18; Java counts the emoji twice. */
    private static final String SQUAD = """
            {"version": "v2.0", "extra": {"a": [1]}, "data": [
              {"title": "Ada", "paragraphs": [
                {"context": "😀 Ada wrote it in 1843.", "document_id": 7, "qas": [
                  {"id": 12, "question": "Who?", "is_impossible": false, "type": "x",
                   "answers": [{"text": "Ada", "answer_start": 2, "answer_id": 3}, {"text": "it", "answer_start": 12}]},
                  {"id": "b", "question": "Where?", "is_impossible": true, "answers": [],
                   "plausible_answers": [{"text": "1843", "answer_start": 18}]}]},
                {"context": "No more.", "qas": [{"id": "c", "question": "What?"}]}]},
              {"paragraphs": [
                {"qas": [{"answers": [{"answer_start": 4, "text": "end"}], "question": "Is?", "id": "d"}],
                 "context": "The end."}]}]}
            """;

    @TempDir
    Path folder;

    private TextFiles files;

    @BeforeEach
    void openFolder() {
        files = new TextFiles(folder);
    }

    private QuestionSet read(String name, String content) throws IOException {
        return QuestionSet.read(files.text(name, content));
    }

    @Test
    void read_squad_countsOffsetsInUtf16Units() throws IOException {
        Question who = read("a.json", SQUAD).questions().get(0);

        assertThat(who.id()).isEqualTo("12");
        assertThat(who.answers()).containsExactly(new AnswerSpan("Ada", 3), new AnswerSpan("it", 13));
        assertThat(who.answers().get(0).end()).isEqualTo(6);
        assertThat(who.context().substring(3, 6)).isEqualTo("Ada");
    }

    @Test
    void read_squad_keepsArticlesAndTellsWhatIsKnown() throws IOException {
        QuestionSet set = read("a.json", SQUAD);

        assertThat(set.articles()).extracting(Article::title).containsExactly("Ada", "");
        assertThat(set.articles().get(0).paragraphs()).hasSize(2);
        assertThat(set.questions()).extracting(Question::id).containsExactly("12", "b", "c", "d");
        assertThat(set.questions()).extracting(Question::impossible).containsExactly(false, true, false, false);
        assertThat(set.questions()).extracting(Question::labelled).containsExactly(true, true, false, true);
        assertThat(set.questions()).extracting(Question::trainable).containsExactly(true, true, false, true);
        assertThat(set.hasImpossible()).isTrue();
        assertThat(set)
                .hasToString("read as SQuAD JSON, 2 articles, 3 paragraphs, 4 questions, 1 unanswerable,"
                        + " 0 misplaced answers, 1 without known answer");
    }

    @Test
    void read_gzipUnderAnyName_isTheSame() throws IOException {
        QuestionSet plain = read("a.json", SQUAD);

        assertThat(QuestionSet.read(files.gzip("a.json.gz", SQUAD)).questions()).isEqualTo(plain.questions());
        assertThat(QuestionSet.read(files.gzip("b", SQUAD)).questions()).isEqualTo(plain.questions());
    }

    @Test
    void read_otherCharset_isAsNamed() throws IOException {
        byte[] bytes = "question,context,answer\nWho?,É.,É\n".getBytes(StandardCharsets.ISO_8859_1);
        QuestionSet set = QuestionSet.read(files.bytes("a.csv", bytes), StandardCharsets.ISO_8859_1);

        assertThat(set.questions().get(0).answers()).containsExactly(new AnswerSpan("É", 0));
    }

    @Test
    void read_misplacedAnswer_isReportedAndItsTextKept() throws IOException {
        QuestionSet set = read("a.json", """
                {"data": [{"paragraphs": [{"context": "a cat and a dog", "qas": [
                  {"id": "x", "question": "Who?", "answers": [
                    {"text": "cat", "answer_start": 3}, {"text": "dog", "answer_start": 12}]},
                  {"id": "y", "question": "Who?", "answers": [{"text": "a", "answer_start": 40}]}]}]}]}
                """);

        assertThat(set.misplaced())
                .containsExactly(
                        new MisplacedAnswer("x", "cat", 3, "at ", 1), new MisplacedAnswer("y", "a", 40, "", 4));
        assertThat(set.misplaced())
                .extracting(MisplacedAnswer::toString)
                .containsExactly(
                        "question 'x': the answer 'cat' is said to start at 3, where 'at ' stands;"
                                + " it occurs once in the context",
                        "question 'y': the answer 'a' is said to start at 40, behind the end;"
                                + " it occurs 4 times in the context");
        Question first = set.questions().get(0);
        assertThat(first.answers()).containsExactly(new AnswerSpan("dog", 12));
        assertThat(first.goldTexts()).containsExactly("cat", "dog");
        assertThat(first.trainable()).isTrue();
        Question second = set.questions().get(1);
        assertThat(second.goldTexts()).containsExactly("a");
        assertThat(second.labelled()).isTrue();
        assertThat(second.trainable()).isFalse();
        assertThat(set.description()).endsWith("2 questions, 0 unanswerable, 2 misplaced answers");
    }

    @Test
    void read_emptyAnswer_meansThatThereIsNone() throws IOException {
        QuestionSet set = read("a.json", """
                {"data": [{"paragraphs": [{"context": "a cat", "qas": [
                  {"id": "1", "question": "Who?", "answers": [{"text": "", "answer_start": -1}]},
                  {"id": "2", "question": "Who?", "answers": []},
                  {"id": "3", "question": "Who?", "answers": [], "is_impossible": false},
                  {"id": "4", "question": "Who?", "is_impossible": true}]}]}]}
                """);

        assertThat(set.questions()).extracting(Question::impossible).containsExactly(true, true, false, true);
        assertThat(set.questions()).extracting(Question::labelled).containsExactly(true, true, false, true);
    }

    @Test
    void read_csv_findsColumnsByNameInAnyOrder() throws IOException {
        QuestionSet set = read(
                "a.csv",
                "Answer_Start,id,context,Question,answer_text\n"
                        + "2,a,\"😀 Ada, and\n1843.\",Who?,Ada\n"
                        + ",b,\"😀 Ada, and\n1843.\",When?,1843\n"
                        + ",c,\"😀 Ada, and\n1843.\",Where?,\n");

        assertThat(set.questions()).extracting(Question::id).containsExactly("a", "b", "c");
        assertThat(set.questions().get(0).answers()).containsExactly(new AnswerSpan("Ada", 3));
        assertThat(set.questions().get(1).answers()).containsExactly(new AnswerSpan("1843", 12));
        assertThat(set.questions().get(2).impossible()).isTrue();
        assertThat(set.description())
                .isEqualTo("read as CSV, 1 article, 1 paragraph, 3 questions, 1 unanswerable, 0 misplaced answers");
    }

    @Test
    void read_rowsWithTitles_makeArticlesAndIdsOfTheirOwn() throws IOException {
        QuestionSet set = read("a.tsv", "title\tcontext\tquestion\nA\tone\tq1\nA\ttwo\tq2\nA\ttwo\tq3\nB\ttwo\tq4\n");

        assertThat(set.questions())
                .extracting(Question::id)
                .containsExactly("a.tsv:2", "a.tsv:3", "a.tsv:4", "a.tsv:5");
        assertThat(set.description())
                .startsWith("read as TSV, 2 articles, 3 paragraphs, 4 questions, ")
                .endsWith(", 4 without known answer");
    }

    @Test
    void read_answerWithoutStart_isTakenWhereItStandsAlone() throws IOException {
        QuestionSet set = read(
                "a.csv",
                "context,question,answer\na cat and a dog,q1,dog\na cat and a dog,q2,a\na cat and a dog,q3,cow\n");

        assertThat(set.questions().get(0).answers()).containsExactly(new AnswerSpan("dog", 12));
        assertThat(set.misplaced())
                .extracting(MisplacedAnswer::toString)
                .containsExactly(
                        "question 'a.csv:3': the answer 'a' has no start; it occurs 4 times in the context",
                        "question 'a.csv:4': the answer 'cow' has no start; it occurs 0 times in the context");
    }

    @Test
    void read_jsonLines_takesTheFormsOfAnswers() throws IOException {
        QuestionSet set = read("a.jsonl", """
                {"id": "1", "title": "T", "context": "a 😀 dog", "question": "q", "answers": {"text": ["dog", "a"], "answer_start": [4, 0]}}
                {"id": "2", "title": "T", "context": "a 😀 dog", "question": "q", "answers": {"text": [], "answer_start": []}}
                {"id": 3, "title": "T", "context": "a 😀 dog", "question": "q", "answers": [{"text": "dog", "answer_start": 4}]}

                {"id": "4", "title": "T", "context": "a 😀 dog", "question": "q", "answer": "dog", "start": 4}
                {"id": "5", "title": "T", "context": "a 😀 dog", "question": "q", "answer": null}
                {"id": "6", "title": "T", "context": "a 😀 dog", "question": "q"}
                """);

        AnswerSpan dog = new AnswerSpan("dog", 5);
        assertThat(set.questions())
                .extracting(Question::answers)
                .containsExactly(
                        List.of(dog, new AnswerSpan("a", 0)),
                        List.of(),
                        List.of(dog),
                        List.of(dog),
                        List.of(),
                        List.of());
        assertThat(set.questions())
                .extracting(Question::impossible)
                .containsExactly(false, true, false, false, true, false);
        assertThat(set.description()).startsWith("read as JSON lines, 1 article, 1 paragraph, 6 questions, 2 unans");
    }

    @Test
    void read_listOfRows_isReadAsOne() throws IOException {
        String row = "{\"id\": \"1\", \"question\": \"q\", \"context\": \"a\", \"answers\": {\"text\": [\"a\"]}}";

        assertThat(read("a.json", "[" + row + "]").description())
                .startsWith("read as JSON, 1 article, 1 paragraph, 1 q");
        assertThat(read("b.json", "{\"data\": [" + row + "]}").questions())
                .isEqualTo(read("c.json", row).questions());
    }

    @Test
    void fingerprint_sameQuestionsInAnotherFormat_isTheSame() throws IOException {
        QuestionSet json =
                read("a.json", SQUAD.replace("The end.", "The 😀 end.").replace("\": 4", "\": 6"));
        QuestionSet last = json.ofArticles(1, 2);
        QuestionSet table = read("b.csv", "context,question,answer,start\nThe 😀 end.,Is?,end,6\n");

        assertThat(table.fingerprint())
                .isEqualTo(last.fingerprint())
                .hasSize(64)
                .isNotEqualTo(json.fingerprint());
    }

    /** By {@code hashlib.sha256} over {@code struct.pack('>i', len(s)) + s} of the fields in the documented order. */
    @Test
    void fingerprint_oneQuestion_isSha256OfItsFields() throws IOException {
        assertThat(read("b.csv", "context,question,answer,start\na é,q,é,2\n").fingerprint())
                .isEqualTo("2ea2c0392f26b02b79f037db14c4d8521060fc34b711e945f923be2b9af0092f");
    }

    @Test
    void ofArticles_someOfThem_keepTheirQuestionsAndReports() throws IOException {
        QuestionSet set = read("a.csv", table(4));
        QuestionSet part = set.ofArticles(1, 3);

        assertThat(part.questions()).isEqualTo(set.questions().subList(3, 9));
        assertThat(part.misplaced()).extracting(MisplacedAnswer::id).containsExactly("a.csv:7", "a.csv:10");
        assertThat(part.description())
                .isEqualTo("read as CSV, articles 1 to 2 of it, 2 articles, 4 paragraphs, 6 questions, 0 unanswerable,"
                        + " 2 misplaced answers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.ofArticles(2, 5))
                .withMessageContaining("has the articles 0 to 3, asked for 2 up to but without 5");
        assertThatIllegalArgumentException().isThrownBy(() -> set.ofArticles(2, 2));
    }

    /** Articles of two contexts, two questions about the first and one, misplaced, about the second. */
    private static String table(int articles) {
        StringBuilder rows = new StringBuilder("title,context,question,answer,start\n");
        for (int i = 0; i < articles; i++) {
            rows.append("T" + i + ",one " + i + ",q1,one,0\nT" + i + ",one " + i + ",q2," + i + ",4\n");
            rows.append("T" + i + ",two " + i + ",q3,two,1\n");
        }
        return rows.toString();
    }

    @Test
    void splitByContext_anyShare_keepsContextsWholeAndOrder() throws IOException {
        QuestionSet set = read("a.csv", table(20));
        QuestionSplit split = set.splitByContext(0.25, 7);

        Set<String> train = contexts(split.train());
        Set<String> rest = contexts(split.rest());
        assertThat(train).hasSize(30).doesNotContainAnyElementsOf(rest);
        assertThat(rest).hasSize(10);
        assertThat(split.train().size() + split.rest().size()).isEqualTo(60);
        assertThat(split.train().misplaced().size() + split.rest().misplaced().size())
                .isEqualTo(20);
        assertThat(set.questions()).containsSubsequence(split.train().questions());
        assertThat(set.splitByContext(0.25, 7).rest().questions())
                .isEqualTo(split.rest().questions());
        assertThat(set.splitByContext(0.25, 8).rest().questions())
                .isNotEqualTo(split.rest().questions());
    }

    @Test
    void splitByContext_sameTextInTwoParagraphs_staysOnOneSide() throws IOException {
        QuestionSet set = read("a.csv", "title,context,question\nA,x,q\nA,y,q\nB,x,q\nB,y,q\nC,x,q\n");

        IntStream.range(0, 20)
                .mapToObj(seed -> set.splitByContext(0.5, seed))
                .forEach(split ->
                        assertThat(contexts(split.train())).doesNotContainAnyElementsOf(contexts(split.rest())));
    }

    private static Set<String> contexts(QuestionSet set) {
        Set<String> contexts = new HashSet<>();
        set.questions().forEach(question -> contexts.add(question.context()));
        return contexts;
    }

    @Test
    void splitByContext_impossibleShare_saysWhatIsPossible() throws IOException {
        QuestionSet set = read("a.csv", "context,question\nx,q\ny,q\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.splitByContext(1, 0))
                .withMessage("the share of contexts held back must lie above 0 and below 1, got 1.0");
        assertThatThrownBy(() -> set.splitByContext(0.1, 0))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("too few contexts to hold back 0.1 of them: 2.");
    }

    @Test
    void join_severalSets_keepsOrderAndReports() throws IOException {
        QuestionSet first = read("a.csv", table(2));
        QuestionSet second = read("b.csv", table(1));
        QuestionSet both = QuestionSet.join(List.of(first, second));

        assertThat(both.size()).isEqualTo(9);
        assertThat(both.questions().subList(6, 9)).isEqualTo(second.questions());
        assertThat(both.misplaced()).hasSize(3);
        assertThat(both.name()).isEqualTo(first.name() + " + " + second.name());
        assertThat(both.description()).startsWith("joined of 2 sets, 3 articles, 6 paragraphs, 9 questions");
        assertThat(QuestionSet.join(List.of(first)).description()).isEqualTo(first.description());
    }

    @Test
    void join_sameIdTwice_namesBothSets() throws IOException {
        QuestionSet first = read("a.json", SQUAD);
        QuestionSet second = read("b.json", SQUAD);

        assertThatThrownBy(() -> QuestionSet.join(List.of(first, second)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContainingAll("the id '12' stands in ", "a.json and in ", "b.json. Leave out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuestionSet.join(List.of()))
                .withMessageContaining("no sets of questions");
    }

    @Test
    void of_articlesMadeByHand_isASet() {
        Question question = Question.of("1", "q", "a cat", List.of(new AnswerSpan("cat", 2)));
        Article article = new Article("T", List.of(new Paragraph("a cat", List.of(question))));

        assertThat(QuestionSet.of("mine", List.of(article)).description())
                .isEqualTo("mine, 1 article, 1 paragraph, 1 question, 0 unanswerable, 0 misplaced answers");
        assertThatThrownBy(() -> QuestionSet.of("mine", List.of(article, article)))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith("the id '1' stands in mine and in mine");
    }

    @Test
    void records_thatContradictThemselves_areRefused() {
        Question question = Question.of("1", "q", "a cat", List.of());

        assertThat(question.impossible()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Question.of("1", "q", "a cat", List.of(new AnswerSpan("cat", 1))))
                .withMessageContaining("question '1': the answer 'cat' does not stand at 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Question("1", "q", "a cat", List.of(), List.of("cat"), true))
                .withMessageContaining("question '1' is impossible and has the answers [cat]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AnswerSpan("", 1))
                .withMessageContaining("got '' at 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Paragraph("another", List.of(question)))
                .withMessageContaining("question '1' is about another text");
    }
}
