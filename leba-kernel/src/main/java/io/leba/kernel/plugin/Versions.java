package io.leba.kernel.plugin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pf4j.DefaultVersionManager;

/** PF4J's semantic versions, for module versions that leave out the last number or two. */
final class Versions extends DefaultVersionManager {
    private static final Pattern SHORT = Pattern.compile("(\\d+)(\\.\\d+)?(?=$|[+-])");

    /** Whether a version lies in a range; false also where either of them cannot be read. */
    @Override
    public boolean checkVersionConstraint(String version, String constraint) {
        try {
            return super.checkVersionConstraint(full(version), constraint);
        } catch (RuntimeException e) {
            return false; // the semantic-version library throws several types
        }
    }

    @Override
    public int compareVersions(String one, String other) {
        return super.compareVersions(full(one), full(other));
    }

    /** {@code 1.4} is {@code 1.4.0}, {@code 2-rc1} is {@code 2.0.0-rc1}. */
    static String full(String version) {
        if (version.isEmpty()) {
            return "0.0.0";
        }
        Matcher matcher = SHORT.matcher(version);
        if (!matcher.lookingAt()) {
            return version;
        }
        String minor = matcher.group(2) == null ? ".0" : matcher.group(2);
        return matcher.group(1) + minor + ".0" + version.substring(matcher.end());
    }
}
