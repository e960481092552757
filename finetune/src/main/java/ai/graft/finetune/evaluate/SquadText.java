package ai.graft.finetune.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Answers as SQuAD's scripts compare them: lower case, without ASCII punctuation and English articles, white space as single
 * blanks. Letters, words and white space are what Python's are, so figures agree to the last digit.
 *
 * <p>Source: {@code normalize_answer} of P. Rajpurkar's {@code evaluate-v2.0.py}.
 */
public final class SquadText {
    /** Python's {@code string.punctuation}. */
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /** What lies between two of Python's {@code \b}: letters, numbers of any kind and {@code _}, no marks; Java's differ. */
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    private SquadText() {}

    /** The form in which answers are compared; empty where nothing but articles, punctuation and white space is there. */
    public static String normalise(String answer) {
        return String.join(" ", tokens(answer));
    }

    /** The words of the normalised answer, maybe none. */
    public static List<String> tokens(String answer) {
        return split(withoutArticles(withoutPunctuation(PythonCase.lower(answer))));
    }

    private static String withoutArticles(String text) {
        return WORD.matcher(text).replaceAll(word -> ARTICLES.contains(word.group()) ? " " : word.group());
    }

    private static String withoutPunctuation(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.chars().filter(letter -> PUNCTUATION.indexOf(letter) < 0).forEach(letter -> kept.append((char) letter));
        return kept.toString();
    }

    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isSpace(text.charAt(i))) {
                if (i > start) {
                    words.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }

    /** Python's {@code str.isspace}: all of its characters are below U+10000. */
    private static boolean isSpace(char letter) {
        return Character.isWhitespace(letter) || Character.isSpaceChar(letter) || letter == '\u0085';
    }
}
