package ai.graft.finetune.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The frame of a page that is one file and needs nothing else; light and dark follow the reader's setting. */
final class HtmlPage {
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>%s</title>
            <style>
            %s</style>
            </head>
            <body>
            <main>
            <header>
            <h1>%s</h1>
            <p>%s</p>
            </header>
            %s<footer>%s</footer>
            </main>
            </body>
            </html>
            """;

    private HtmlPage() {}

    /** The page around a body that is HTML already. */
    static String text(String title, String subtitle, String body, String footer) {
        return PAGE.formatted(
                Html.escape(title), style(), Html.escape(title), Html.escape(subtitle), body, Html.escape(footer));
    }

    /** The style sheet of all pages. */
    static String style() {
        try (InputStream css = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("report.css"), "report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
