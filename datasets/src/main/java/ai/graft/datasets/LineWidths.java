package ai.graft.datasets;

/** Counts the tabs of plain lines: do all lines that are not empty have the same number, and at least one? */
final class LineWidths {
    private int tabs;
    private int letters;
    private int expected = -1;
    private boolean equal = true;

    void accept(char c) {
        if (c == '\n' || c == '\r') {
            endLine();
            return;
        }
        letters++;
        if (c == '\t') {
            tabs++;
        }
    }

    boolean isTable() {
        endLine();
        return equal && expected > 0;
    }

    private void endLine() {
        if (letters > 0) {
            equal &= expected < 0 || expected == tabs;
            expected = tabs;
        }
        letters = 0;
        tabs = 0;
    }
}
