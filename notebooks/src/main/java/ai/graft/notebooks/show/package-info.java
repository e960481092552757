/**
 * What cells of notebooks show: {@link ai.graft.notebooks.show.Figures} makes a {@link ai.graft.notebooks.show.Figure} of what the library
 * gives, with the sections and charts of Graft's own reports. Everything is immutable.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.notebooks.show;
