package io.leba.plugin.filter.compression;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpRequest;

/** What a client says of codings (RFC 9110 §12.5.3). */
@OnLoop
final class AcceptEncoding {
    private static final int NOT_NAMED = -1;

    private int gzip = NOT_NAMED;
    private int identity = NOT_NAMED;
    private int others = NOT_NAMED;

    private AcceptEncoding() {}

    /** Whether the client would rather have gzip than nothing. Without the field nobody asks for it. */
    static boolean prefersGzip(HttpRequest request) {
        if (request.header("Accept-Encoding") == null) {
            return false;
        }
        AcceptEncoding said = new AcceptEncoding();
        request.forEachHeader((name, value) -> {
            if (name.equalsIgnoreCase("Accept-Encoding")) {
                said.read(value);
            }
        });
        int wanted = said.gzip == NOT_NAMED ? said.others : said.gzip;
        // Identity is acceptable unless it is refused, and worth no more than what is asked for by name.
        int plain = said.identity == NOT_NAMED ? 0 : said.identity;
        return wanted > 0 && wanted >= plain;
    }

    private void read(String list) {
        int at = 0;
        while (at <= list.length()) {
            int end = list.indexOf(',', at);
            if (end < 0) {
                end = list.length();
            }
            element(list.substring(at, end));
            at = end + 1;
        }
    }

    private void element(String text) {
        int semicolon = text.indexOf(';');
        String coding = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
        int quality = semicolon < 0 ? 1000 : quality(text.substring(semicolon + 1));
        if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip")) {
            gzip = Math.max(gzip, quality);
        } else if (coding.equalsIgnoreCase("identity")) {
            identity = Math.max(identity, quality);
        } else if (coding.equals("*")) {
            others = Math.max(others, quality);
        }
    }

    /** A weight in thousandths (§12.4.2); 0 if it is none: what cannot be read is not wanted. */
    private static int quality(String parameter) {
        String text = parameter.strip();
        if (text.length() < 3 || text.length() > 7 || (text.charAt(0) | 0x20) != 'q' || text.charAt(1) != '=') {
            return 0;
        }
        int value = text.charAt(2) - '0';
        if (value != 0 && value != 1 || text.length() > 3 && text.charAt(3) != '.') {
            return 0;
        }
        value *= 1000;
        int worth = 100;
        for (int i = 4; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            value += digit * worth;
            worth /= 10;
        }
        return value <= 1000 ? value : 0;
    }
}
