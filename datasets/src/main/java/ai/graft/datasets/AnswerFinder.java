package ai.graft.datasets;

import java.util.ArrayList;
import java.util.List;

/** Finds answers in their context; what does not stand where it should is set aside. */
final class AnswerFinder {
    private final String id;
    private final String context;
    private final List<AnswerSpan> found = new ArrayList<>();
    private final List<MisplacedAnswer> misplaced = new ArrayList<>();

    AnswerFinder(String id, String context) {
        this.id = id;
        this.context = context;
    }

    List<AnswerSpan> found() {
        return found;
    }

    List<MisplacedAnswer> misplaced() {
        return misplaced;
    }

    void find(GivenAnswer answer) {
        if (answer.start().isPresent()) {
            findAt(answer.text(), answer.start().getAsInt());
        } else {
            findAlone(answer.text());
        }
    }

    private void findAt(String text, int codePoints) {
        int start = indexOf(codePoints);
        if (context.startsWith(text, start)) {
            found.add(new AnswerSpan(text, start));
        } else {
            int end = Math.min(context.length(), start + text.length());
            misplaced.add(new MisplacedAnswer(id, text, codePoints, context.substring(start, end), occurrences(text)));
        }
    }

    /** Where the file gives no start, an answer that stands in one place only must be meant there. */
    private void findAlone(String text) {
        int occurrences = occurrences(text);
        if (occurrences == 1) {
            found.add(new AnswerSpan(text, context.indexOf(text)));
        } else {
            misplaced.add(new MisplacedAnswer(id, text, MisplacedAnswer.NO_START, "", occurrences));
        }
    }

    /** The UTF-16 index; the end of the context for what lies behind it. */
    private int indexOf(int codePoints) {
        return codePoints >= context.codePointCount(0, context.length())
                ? context.length()
                : context.offsetByCodePoints(0, codePoints);
    }

    private int occurrences(String text) {
        int count = 0;
        for (int at = context.indexOf(text); at >= 0; at = context.indexOf(text, at + 1)) {
            count++;
        }
        return count;
    }
}
