/**
 * The manual that runs: notebooks in Java, two ways to run them, and the command that prepares Jupyter.
 *
 * <p>Read {@link ai.graft.notebooks.CellShell} first: it evaluates the code of cells with the JDK's own JShell, in this process. {@link
 * ai.graft.notebooks.NotebookRunner} pushes a whole {@link ai.graft.notebooks.Notebook} through one, which needs nothing but the JDK;
 * {@link ai.graft.notebooks.GraftKernel} puts one behind Jupyter's protocol. What cells show is in {@code show}. A shell belongs to one
 * thread; everything else is immutable.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.notebooks;
