package ai.graft.notebooks.show;

/**
 * Something that a cell shows as HTML, with no script and nothing to fetch. It has its own background, so that light and dark notebooks can
 * hold it.
 *
 * @param html well-formed, for the style sheet of Graft's reports
 */
public record Figure(String html) {

    /** This one with another below it. */
    public Figure above(Figure other) {
        return new Figure(html + other.html);
    }

    /** With the styles that it needs, which reach nothing outside it. */
    public String page() {
        return "<div class=\"graft\"><style>" + ScopedStyle.text() + "</style>\n" + html + "</div>\n";
    }

    /** For a terminal, which cannot show it. */
    @Override
    public String toString() {
        return "figure of " + html.length() + " characters";
    }
}
