/** Data that come with the notebooks: bundled reviews, and questions that are made up from a seed. Nothing here is fetched. */
@org.jspecify.annotations.NullMarked
package ai.graft.notebooks.samples;
