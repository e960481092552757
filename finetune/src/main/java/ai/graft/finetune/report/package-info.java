/**
 * What a training leaves for people to look at: history, pictures, model card, and progress while it runs.
 *
 * <p>Read {@link ai.graft.finetune.report.History} first; {@link ai.graft.finetune.report.LearningCurve} and {@link
 * ai.graft.finetune.report.ConfusionMatrixPicture} draw PNG files, {@link ai.graft.finetune.report.ModelCard} writes the
 * {@code README.md} of a saved model, {@link ai.graft.finetune.report.HtmlReport} one page with all of it, {@link
 * ai.graft.finetune.report.Progress} prints to a terminal or a log. A section of the page is a class, from {@code
 * CurveSection} to {@code MistakeSection}; {@code SvgChart} draws, {@code Html} escapes; {@link
 * ai.graft.finetune.report.ReportParts} gives sections to other pages.
 *
 * <p>Pictures are drawn in memory and need no display: they set {@code java.awt.headless} unless somebody has. They need
 * one font on the machine, as all of AWT does. {@code History} and {@code Progress} belong to the thread of the training
 * run; everything else is stateless.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.report;
