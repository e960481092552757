package ai.graft.notebooks.samples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Questions about towns that do not exist, in the format of SQuAD 2.0: each town has a paragraph of some facts in changing words, and
 * questions about facts that it has and about one that it has not. The same seed gives the same file.
 */
public final class TownQuestions {
    private static final String TOWN = "{town}";
    private static final String ANSWER = "{answer}";
    private static final List<String> BEGINNINGS = List.of(
            "Alder", "Brack", "Corvin", "Dun", "Ems", "Farn", "Gold", "Haver", "Ister", "Kell", "Lorn", "Mar", "Nor",
            "Ost");
    private static final List<String> ENDS =
            List.of("bury", "dale", "field", "ford", "ham", "haven", "mere", "minster", "stead", "wick");
    private static final List<String> FIRST = List.of(
            "Ada", "Boris", "Clara", "David", "Edith", "Frank", "Greta", "Henry", "Ines", "Jonas", "Karin", "Louis");
    private static final List<String> LAST = List.of(
            "Archer", "Bell", "Crane", "Dorn", "Ekman", "Fields", "Grant", "Holm", "Ivers", "Keller", "Lund", "Moore");
    private static final List<String> RIVERS =
            List.of("Arn", "Besk", "Dove", "Esk", "Leine", "Mink", "Orr", "Swale", "Tarn", "Wend");
    private static final List<String> GOODS =
            List.of("paper", "glass", "clocks", "cheese", "bicycles", "wool", "pottery", "salt", "bells", "furniture");

    /** A kind of fact: how it is told and asked for. Places in braces are filled. */
    private enum Fact {
        FOUNDED(
                List.of(
                        "{town} was founded in {answer}.",
                        "The town goes back to the year {answer}.",
                        "Its first houses were built in {answer}."),
                List.of(
                        "When was {town} founded?",
                        "In which year did {town} begin?",
                        "How old are the first houses of {town}?")) {
            @Override
            String answer(Random random) {
                return Integer.toString(1150 + random.nextInt(750));
            }
        },
        MAYOR(
                List.of(
                        "The mayor is {answer}.",
                        "{answer} was elected mayor last spring.",
                        "Since last year {answer} has led the town."),
                List.of("Who is the mayor of {town}?", "Who leads {town}?", "Whom did {town} elect?")) {
            @Override
            String answer(Random random) {
                return pick(FIRST, random) + " " + pick(LAST, random);
            }
        },
        RIVER(
                List.of(
                        "It lies on the river {answer}.",
                        "The {answer} flows through its old quarter.",
                        "Its mills stood along the {answer}."),
                List.of(
                        "Which river flows through {town}?",
                        "On which river does {town} lie?",
                        "What is the river of {town} called?")) {
            @Override
            String answer(Random random) {
                return pick(RIVERS, random);
            }
        },
        TRADE(
                List.of(
                        "The town is known for its {answer}.",
                        "Most people there make {answer}.",
                        "It has lived on {answer} for generations."),
                List.of("What is {town} known for?", "What is made in {town}?", "What do the people of {town} make?")) {
            @Override
            String answer(Random random) {
                return pick(GOODS, random);
            }
        },
        PEOPLE(
                List.of(
                        "About {answer} people live there.",
                        "It has {answer} inhabitants.",
                        "At the last count it had {answer} residents."),
                List.of(
                        "How many people live in {town}?",
                        "How large is {town}?",
                        "How many inhabitants does {town} have?")) {
            @Override
            String answer(Random random) {
                return (2 + random.nextInt(97)) + "," + (100 + random.nextInt(900));
            }
        };

        private final List<String> told;
        private final List<String> asked;

        Fact(List<String> told, List<String> asked) {
            this.told = told;
            this.asked = asked;
        }

        abstract String answer(Random random);
    }

    private TownQuestions() {}

    /**
     * Writes {@code towns.json}: for each town four facts in any order, a question about each, and one about a fifth, which is missing.
     *
     * @throws IOException where it cannot be written
     */
    public static Path write(Path folder, int towns, long seed) throws IOException {
        Random random = new Random(seed);
        ArrayNode articles = JsonNodeFactory.instance.arrayNode();
        for (int number = 0; number < towns; number++) {
            articles.add(article(number, random));
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("version", "v2.0").set("data", articles);
        Path file = folder.resolve("towns.json");
        Files.writeString(file, new ObjectMapper().writeValueAsString(root));
        return file;
    }

    private static ObjectNode article(int number, Random random) {
        String town = pick(BEGINNINGS, random) + pick(ENDS, random);
        List<Fact> facts = new ArrayList<>(List.of(Fact.values()));
        Collections.shuffle(facts, random);
        Fact missing = facts.remove(0);
        StringBuilder context = new StringBuilder(town + " is a small town in the north.");
        ArrayNode questions = JsonNodeFactory.instance.arrayNode();
        for (Fact fact : facts) {
            String answer = fact.answer(random);
            String sentence = " " + pick(fact.told, random).replace(TOWN, town);
            int start = context.length() + sentence.indexOf(ANSWER);
            context.append(sentence.replace(ANSWER, answer));
            ObjectNode question = question(number + "-" + fact, pick(fact.asked, random), town, false);
            question.withArray("answers").addObject().put("text", answer).put("answer_start", start);
            questions.add(question);
        }
        questions.add(question(number + "-" + missing, pick(missing.asked, random), town, true));
        ObjectNode paragraph = JsonNodeFactory.instance.objectNode().put("context", context.toString());
        paragraph.set("qas", questions);
        ObjectNode article = JsonNodeFactory.instance.objectNode().put("title", town);
        article.putArray("paragraphs").add(paragraph);
        return article;
    }

    private static ObjectNode question(String id, String text, String town, boolean impossible) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("id", id).put("question", text.replace(TOWN, town)).put("is_impossible", impossible);
        question.putArray("answers");
        return question;
    }

    private static String pick(List<String> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
