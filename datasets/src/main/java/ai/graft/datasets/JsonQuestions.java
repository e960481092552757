package ai.graft.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Questions out of JSON: articles of SQuAD, or objects that are a question each. */
final class JsonQuestions {
    private static final String ANSWERS = "answers";
    private static final String TEXTS = "answers.text";
    private static final String STARTS = "answers.answer_start";

    private final SourceFile file;
    private final QuestionCollector collector;

    JsonQuestions(SourceFile file, QuestionCollector collector) {
        this.file = file;
        this.collector = collector;
    }

    /** Takes all rows; gives the form of the last one in words. */
    String collect(JsonRows rows, String words) {
        String form = words;
        for (Optional<JsonRow> row = rows.next(); row.isPresent(); row = rows.next()) {
            boolean article = row.get().values().containsKey("paragraphs");
            form = article ? "SQuAD JSON" : words;
            if (article) {
                article(row.get());
            } else {
                row(row.get());
            }
        }
        return form;
    }

    private void article(JsonRow article) {
        collector.article(article.value("title").map(JsonNode::asText).orElse(""));
        int number = 0;
        for (JsonNode paragraph : list("article " + article.row(), "paragraphs", article.values())) {
            number++;
            paragraph("article " + article.row() + ", paragraph " + number, members(paragraph));
        }
    }

    private void paragraph(String place, Map<String, JsonNode> paragraph) {
        collector.paragraph(place, text(place, "context", paragraph));
        int number = 0;
        for (JsonNode node : list(place, "qas", paragraph)) {
            number++;
            String where = place + ", question " + number;
            Map<String, JsonNode> question = members(node);
            collector.question(
                    where, text(where, "id", question), text(where, "question", question), answers(where, question));
        }
    }

    private void row(JsonRow row) {
        String place = "row " + row.row();
        Map<String, JsonNode> values = row.values();
        collector.row(
                place,
                row.value("title").map(JsonNode::asText).orElse(""),
                text(place, "context", values),
                values.containsKey("id") ? text(place, "id", values) : QuestionColumns.numbered(file, row.row()),
                text(place, "question", values),
                answers(place, values));
    }

    /** The keys of an object as a row has them, so that {@code answers.text} leads into an object of lists. */
    private static Map<String, JsonNode> members(JsonNode node) {
        return JsonRow.of(0, node).values();
    }

    private GivenAnswers answers(String place, Map<String, JsonNode> question) {
        Optional<Boolean> impossible = impossible(place, question);
        JsonNode answers = question.get(ANSWERS);
        if (question.containsKey(TEXTS)) {
            return new GivenAnswers(columns(place, question), true, impossible);
        }
        if (answers != null && !answers.isNull()) {
            List<GivenAnswer> given = new ArrayList<>();
            list(place, ANSWERS, question).forEach(answer -> given.add(answer(place, members(answer), "text")));
            return new GivenAnswers(given, true, impossible);
        }
        return QuestionColumns.ANSWER.stream()
                .filter(question::containsKey)
                .findFirst()
                .map(key -> new GivenAnswers(List.of(answer(place, question, key)), true, impossible))
                .orElse(new GivenAnswers(List.of(), false, impossible));
    }

    private Optional<Boolean> impossible(String place, Map<String, JsonNode> question) {
        Optional<JsonNode> mark = value(question, "is_impossible");
        if (mark.isPresent() && !mark.get().isBoolean()) {
            throw wrong(place, "is_impossible", mark.get(), "true or false");
        }
        return mark.map(JsonNode::booleanValue);
    }

    private GivenAnswer answer(String place, Map<String, JsonNode> answer, String key) {
        boolean none = answer.containsKey(key) && value(answer, key).isEmpty();
        return new GivenAnswer(none ? "" : text(place, key, answer), start(place, answer));
    }

    private OptionalInt start(String place, Map<String, JsonNode> answer) {
        for (String key : QuestionColumns.START) {
            Optional<JsonNode> start = value(answer, key);
            if (start.isPresent()) {
                return OptionalInt.of(integer(place, key, start.get()));
            }
        }
        return OptionalInt.empty();
    }

    /** Answers as the library "datasets" writes them: a list of texts and one of starts. */
    private List<GivenAnswer> columns(String place, Map<String, JsonNode> question) {
        JsonNode texts = list(place, TEXTS, question);
        List<OptionalInt> starts = starts(place, texts.size(), question);
        List<GivenAnswer> given = new ArrayList<>();
        for (JsonNode text : texts) {
            given.add(new GivenAnswer(text.asText(), starts.get(given.size())));
        }
        return given;
    }

    private List<OptionalInt> starts(String place, int size, Map<String, JsonNode> question) {
        if (value(question, STARTS).isEmpty()) {
            return Collections.nCopies(size, OptionalInt.empty());
        }
        JsonNode values = list(place, STARTS, question);
        if (values.size() != size) {
            throw file.error(place + ": " + size + " " + TEXTS + " but " + values.size() + " " + STARTS
                    + ". Write one start for each text.");
        }
        List<OptionalInt> starts = new ArrayList<>();
        values.forEach(value -> starts.add(OptionalInt.of(integer(place, STARTS, value))));
        return starts;
    }

    private int integer(String place, String key, JsonNode value) {
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw wrong(place, key, value, "an integer");
        }
        return value.intValue();
    }

    private String text(String place, String key, Map<String, JsonNode> object) {
        JsonNode value = present(place, key, object);
        if (!value.isTextual() && !value.isNumber()) {
            throw wrong(place, key, value, "a string");
        }
        return value.asText();
    }

    private JsonNode list(String place, String key, Map<String, JsonNode> object) {
        JsonNode value = present(place, key, object);
        if (!value.isArray()) {
            throw wrong(place, key, value, "a list");
        }
        return value;
    }

    private JsonNode present(String place, String key, Map<String, JsonNode> object) {
        return value(object, key)
                .orElseThrow(
                        () -> file.error(place + ": has no '" + key + "'; its keys: " + object.keySet() + ". Add it."));
    }

    private static Optional<JsonNode> value(Map<String, JsonNode> object, String key) {
        return Optional.ofNullable(object.get(key)).filter(value -> !value.isNull());
    }

    private DatasetException wrong(String place, String key, JsonNode value, String expected) {
        return file.error(place + ": '" + key + "' is " + value.getNodeType() + " (" + Excerpt.of(value.toString(), 40)
                + "), expected " + expected + ". Correct it.");
    }
}
