/**
 * Models in jars on the class path.
 *
 * <p>Read {@link ai.graft.serving.bundle.BundledModel} first: it finds a model by its name and unpacks it. {@link
 * ai.graft.serving.bundle.BundlePaths} says where a model's files lie in its jar; who writes such a jar keeps to it.
 *
 * <p>Threads: everything here may be used by many.
 *
 * <p>Errors: an unknown name is an {@link java.lang.IllegalArgumentException}, a name that two jars have an {@link
 * java.lang.IllegalStateException}, a damaged jar an {@link java.io.IOException}.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.bundle;
