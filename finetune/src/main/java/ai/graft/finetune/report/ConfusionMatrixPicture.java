package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.ConfusionMatrix;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a picture: true labels in rows, predicted ones in columns, each cell coloured by its share of
 * the row. Up to 20 labels each cell shows count and row percentage; above that colours alone remain readable.
 */
public final class ConfusionMatrixPicture {
    private static final int TEXT_LABELS = 20;
    private static final int MARGIN = 24;
    private static final int GAP = 10;
    private static final int TITLE_WIDTH = 800;
    private static final double LABEL_WIDTH = 230;
    private static final double SLANT = Math.PI / 4;
    private static final Color FULL = new Color(0x0B, 0x3C, 0x6F);
    private static final Color NONE = new Color(0xF7, 0xF9, 0xFB);

    private final ConfusionMatrix matrix;
    private final String title;
    private final int labels;
    private final boolean dense;
    private final int cell;
    private final List<String> names;
    private final double longest;
    private final double slant; // angle of the column labels; 0: level
    private final int left;
    private final int top;
    private final int bottom;

    private ConfusionMatrixPicture(ConfusionMatrix matrix, String title) {
        this.matrix = matrix;
        this.labels = matrix.labels().size();
        this.dense = labels > TEXT_LABELS;
        this.cell = dense ? Math.max(13, 900 / labels) : Math.min(150, Math.max(58, 720 / labels));
        this.names = matrix.labels().stream()
                .map(label -> cut(label, labelFont(), LABEL_WIDTH))
                .toList();
        this.longest = names.stream()
                .mapToDouble(name -> width(name, labelFont()))
                .max()
                .orElse(0);
        this.slant = longest <= cell - 8 ? 0 : dense ? Math.PI / 2 : SLANT;
        this.left = left();
        this.top = MARGIN + (title.isBlank() ? 0 : 46);
        this.bottom = (int) Math.ceil(longest * Math.sin(slant) + lineHeight() * (1 + Math.cos(slant))) + 34 + MARGIN;
        this.title = cut(title, titleFont(), Math.max(TITLE_WIDTH, gridWidth()));
    }

    /**
     * Draws a confusion matrix of 2 labels or more on a white background, 400 to about 1500 pixels wide. Replaces an
     * existing file. Long labels are cut with an ellipsis, never clipped.
     *
     * @param png the file to write
     * @param matrix what was counted
     * @param title shown on top; may be empty
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, ConfusionMatrix matrix, String title) throws IOException {
        ConfusionMatrixPicture picture = new ConfusionMatrixPicture(matrix, title);
        Picture.write(png, picture.width(), picture.height(), picture::paint);
    }

    /** Room for the row labels, their title, and a slanted first column label that leans out to the left. */
    private int left() {
        double rows = longest + GAP + 34;
        double lean = slant == SLANT ? longest * Math.cos(slant) - cell / 2.0 + lineHeight() : 0;
        return MARGIN + (int) Math.ceil(Math.max(rows, lean));
    }

    private int grid() {
        return labels * cell;
    }

    /** From the row labels to the scale. */
    private int gridWidth() {
        return left - MARGIN + grid() + 96;
    }

    private int width() {
        return 2 * MARGIN + Math.max(gridWidth(), (int) Math.ceil(width(title, titleFont())));
    }

    private int height() {
        return top + grid() + bottom;
    }

    private void paint(Graphics2D graphics) {
        graphics.setFont(titleFont());
        graphics.setColor(Picture.INK);
        graphics.drawString(title, MARGIN, MARGIN + 20);
        for (int gold = 0; gold < labels; gold++) {
            for (int predicted = 0; predicted < labels; predicted++) {
                paintCell(graphics, gold, predicted);
            }
        }
        paintLines(graphics);
        paintRowLabels(graphics);
        paintColumnLabels(graphics);
        paintAxisTitles(graphics);
        paintScale(graphics);
    }

    private void paintCell(Graphics2D graphics, int gold, int predicted) {
        int x = left + predicted * cell;
        int y = top + gold * cell;
        double share = share(gold, predicted);
        graphics.setColor(colour(share));
        graphics.fillRect(x, y, cell, cell);
        if (dense) {
            return;
        }
        int count = matrix.count(gold, predicted);
        graphics.setColor(share > 0.4 ? Color.WHITE : count == 0 ? Picture.FAINT : Picture.INK);
        double middle = x + cell / 2.0;
        double size = Math.min(26, Math.max(13, cell / 4.4));
        centre(
                graphics,
                fitting(String.valueOf(count), size, cell - 6),
                String.valueOf(count),
                middle,
                y + cell * 0.47);
        String percent = String.format(Locale.ROOT, "%.1f %%", 100 * share);
        centre(
                graphics,
                fitting(percent, size * 0.66, cell - 6).deriveFont(Font.PLAIN),
                percent,
                middle,
                y + cell * 0.76);
    }

    private double share(int gold, int predicted) {
        int support = matrix.support(gold);
        return support == 0 ? 0 : (double) matrix.count(gold, predicted) / support;
    }

    /** From nearly white to dark blue; the square root lets the few mistakes of a good model be seen. */
    private static Color colour(double share) {
        double depth = Math.sqrt(share);
        return new Color(
                mix(NONE.getRed(), FULL.getRed(), depth),
                mix(NONE.getGreen(), FULL.getGreen(), depth),
                mix(NONE.getBlue(), FULL.getBlue(), depth));
    }

    private static int mix(int from, int to, double depth) {
        return (int) Math.round(from + (to - from) * depth);
    }

    private void paintLines(Graphics2D graphics) {
        graphics.setColor(Picture.GRID);
        for (int i = 0; i <= labels; i++) {
            graphics.drawLine(left + i * cell, top, left + i * cell, top + grid());
            graphics.drawLine(left, top + i * cell, left + grid(), top + i * cell);
        }
    }

    private void paintRowLabels(Graphics2D graphics) {
        graphics.setFont(labelFont());
        graphics.setColor(Picture.INK);
        FontMetrics metrics = graphics.getFontMetrics();
        for (int i = 0; i < labels; i++) {
            float x = (float) (left - GAP - width(names.get(i), labelFont()));
            float y = top + i * cell + cell / 2f + (metrics.getAscent() - metrics.getDescent()) / 2f;
            graphics.drawString(names.get(i), x, y);
        }
    }

    private void paintColumnLabels(Graphics2D graphics) {
        graphics.setColor(Picture.INK);
        for (int i = 0; i < labels; i++) {
            paintColumnLabel(graphics, names.get(i), left + (i + 0.5) * cell, top + grid() + GAP);
        }
    }

    /** Level labels are centred below their column; slanted ones end there. */
    private void paintColumnLabel(Graphics2D graphics, String name, double x, double y) {
        AffineTransform before = graphics.getTransform();
        FontMetrics metrics = graphics.getFontMetrics(labelFont());
        graphics.setFont(labelFont());
        graphics.translate(x, y);
        double width = width(name, labelFont());
        double height = metrics.getAscent() - metrics.getDescent();
        if (slant == 0) {
            graphics.drawString(name, (float) (-width / 2), metrics.getAscent());
        } else {
            graphics.rotate(-slant);
            // Turned upright the text is centred on its column; slanted it hangs from the column's middle.
            double shift = slant == SLANT ? height : height / 2;
            graphics.drawString(name, (float) -width, (float) shift);
        }
        graphics.setTransform(before);
    }

    private void paintAxisTitles(Graphics2D graphics) {
        graphics.setColor(Picture.INK);
        Font font = new Font(Font.SANS_SERIF, Font.BOLD, 17);
        centre(graphics, font, "predicted label", left + grid() / 2.0, height() - MARGIN);
        AffineTransform before = graphics.getTransform();
        graphics.translate(MARGIN + 14, top + grid() / 2.0);
        graphics.rotate(-Math.PI / 2);
        centre(graphics, font, "true label", 0, 0);
        graphics.setTransform(before);
    }

    /** The colours' meaning, at the right of the grid. */
    private void paintScale(Graphics2D graphics) {
        int x = left + grid() + 24;
        for (int y = 0; y < grid(); y++) {
            graphics.setColor(colour(1 - (y + 0.5) / grid()));
            graphics.fillRect(x, top + y, 18, 1);
        }
        graphics.setColor(Picture.INK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        for (int percent = 0; percent <= 100; percent += 25) {
            int y = top + (int) Math.round(grid() * (1 - percent / 100.0));
            graphics.drawLine(x + 18, y, x + 22, y);
            graphics.drawString(percent + " %", x + 26, Math.min(Math.max(y + 5, top + 11), top + grid()));
        }
    }

    private static void centre(Graphics2D graphics, Font font, String text, double x, double baseline) {
        graphics.setFont(font);
        graphics.drawString(text, (float) (x - width(text, font) / 2), (float) baseline);
    }

    private static Font fitting(String text, double size, double room) {
        Font font = new Font(Font.SANS_SERIF, Font.BOLD, 1).deriveFont((float) size);
        double width = width(text, font);
        return width <= room ? font : font.deriveFont((float) (size * room / width));
    }

    private static String cut(String text, Font font, double room) {
        String line = text.replaceAll("\\p{Cc}", " ");
        if (width(line, font) <= room) {
            return line;
        }
        int end = line.length();
        while (end > 0 && width(line.substring(0, end) + "…", font) > room) {
            end = line.offsetByCodePoints(end, -1);
        }
        return line.substring(0, end).stripTrailing() + "…";
    }

    private static double width(String text, Font font) {
        Rectangle2D bounds = font.getStringBounds(text, new FontRenderContext(null, true, true));
        return bounds.getWidth();
    }

    private Font labelFont() {
        return new Font(Font.SANS_SERIF, Font.PLAIN, dense ? Math.min(15, cell - 2) : 16);
    }

    private double lineHeight() {
        return labelFont().getSize() * 1.2;
    }

    private static Font titleFont() {
        return new Font(Font.SANS_SERIF, Font.BOLD, 22);
    }
}
