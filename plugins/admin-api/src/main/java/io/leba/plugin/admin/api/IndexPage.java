package io.leba.plugin.admin.api;

import io.leba.spi.control.NodeState;
import java.util.Map;

/** The page at {@code /}: what this address offers, for a person with a browser. */
final class IndexPage {
    /** All style of the page; its hash stands in the content security policy. */
    static final String STYLE =
            "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:46rem;padding:0 1rem;"
                    + "color:#1b1b1f;background:#fff}a{color:#0b57d0}table{border-collapse:collapse;width:100%}"
                    + "caption{text-align:left;padding:.5rem 0}th,td{text-align:left;padding:.4rem .8rem .4rem 0;"
                    + "border-bottom:1px solid #c4c6d0;vertical-align:top}"
                    + "@media(prefers-color-scheme:dark){body{color:#e3e2e6;background:#1b1b1f}a{color:#a8c7fa}}";

    private IndexPage() {}

    /**
     * Renders the page.
     *
     * @param pages paths with their titles, in order
     */
    static String render(NodeState state, Map<String, String> pages) {
        StringBuilder html = new StringBuilder(2048);
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>LEBA ")
                .append(escape(state.nodeId()))
                .append("</title>\n<style>")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n<h1>LEBA ")
                .append(escape(state.nodeId()))
                .append("</h1>\n<p>Version ")
                .append(escape(state.version()))
                .append(", generation ")
                .append(state.generation())
                .append(", ")
                .append(state.ready() ? "ready" : "not ready")
                .append(".</p>\n<table>\n<caption>What this address offers</caption>\n")
                .append("<thead><tr><th scope=\"col\">Path</th><th scope=\"col\">Content</th></tr></thead>\n<tbody>\n");
        pages.forEach((path, title) -> html.append("<tr><td><a href=\"")
                .append(escape(path))
                .append("\">")
                .append(escape(path))
                .append("</a></td><td>")
                .append(escape(title))
                .append("</td></tr>\n"));
        return html.append("</tbody>\n</table>\n</main>\n</body>\n</html>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
