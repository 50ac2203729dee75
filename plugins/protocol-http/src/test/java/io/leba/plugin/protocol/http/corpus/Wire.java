package io.leba.plugin.protocol.http.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second opinion on a stream of requests, written apart from the engine and as differently as possible: regular
 * expressions on text. It knows the narrow form in which LEBA forwards and nothing else.
 */
public final class Wire {
    private static final Pattern HEAD =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ (/|\\*)[\\x21-\\x7e]* HTTP/1\\.1\r\n"
                    + "([!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*\r\n)*\r\n");
    private static final Pattern HEAD_CUT = Pattern.compile("[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]*");

    private Wire() {}

    /** The complete requests in the text; what is behind them must be the beginning of another one. */
    public static List<String> requests(String text) {
        List<String> requests = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = requestEnd(text, at);
            if (end < 0) {
                break;
            }
            requests.add(text.substring(at, end));
            at = end;
        }
        return requests;
    }

    /** Where the request at an index ends; -1: it is cut. */
    private static int requestEnd(String text, int at) {
        int headEnd = text.indexOf("\r\n\r\n", at);
        if (headEnd < 0) {
            if (!HEAD_CUT.matcher(text.substring(at)).matches()) {
                throw new AssertionError("malformed: " + text.substring(at));
            }
            return -1;
        }
        headEnd += 4;
        String head = text.substring(at, headEnd);
        if (!HEAD.matcher(head).matches()) {
            throw new AssertionError("malformed head: " + head);
        }
        List<String> lengths = values(head, "content-length");
        List<String> codings = values(head, "transfer-encoding");
        if (values(head, "host").size() != 1 || lengths.size() + codings.size() > 1) {
            throw new AssertionError("ambiguous head: " + head);
        }
        if (!codings.isEmpty()) {
            if (!codings.get(0).equalsIgnoreCase("chunked")) {
                throw new AssertionError("unknown coding: " + head);
            }
            return chunksEnd(text, headEnd);
        }
        int length = lengths.isEmpty() ? 0 : Integer.parseInt(lengths.get(0));
        return headEnd + length <= text.length() ? headEnd + length : -1;
    }

    private static List<String> values(String head, String name) {
        List<String> values = new ArrayList<>();
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0
                    && line.substring(0, colon)
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-')
                            .equals(name)) {
                values.add(line.substring(colon + 1).trim());
            }
        }
        return values;
    }

    private static int chunksEnd(String text, int from) {
        Pattern size = Pattern.compile("([1-9A-Fa-f][0-9A-Fa-f]{0,14}|0)\r\n");
        int at = from;
        while (true) {
            Matcher line = size.matcher(text).region(at, text.length());
            if (!line.lookingAt()) {
                if (!text.substring(at).matches("[0-9A-Fa-f]{0,15}\r?")) {
                    throw new AssertionError("malformed chunk: " + text.substring(at));
                }
                return -1;
            }
            int count = Integer.parseInt(line.group(1), 16);
            at = line.end();
            if (count == 0) {
                Matcher trailers = Pattern.compile(
                                "([!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*\r\n)*\r\n")
                        .matcher(text)
                        .region(at, text.length());
                return trailers.lookingAt() ? trailers.end() : -1;
            }
            if (at + count + 2 > text.length()) {
                return -1;
            }
            at += count;
            if (!text.startsWith("\r\n", at)) {
                throw new AssertionError("malformed end of chunk: " + text.substring(at));
            }
            at += 2;
        }
    }
}
