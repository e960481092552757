package ai.graft.notebooks;

/**
 * A cell of a notebook.
 *
 * @param number of the cell in its notebook, from 1, cells of text included
 * @param code whether it is run, and not text in Markdown
 * @param source what stands in it
 */
public record Cell(int number, boolean code, String source) {}
