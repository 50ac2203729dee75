package io.leba.kernel.config;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** A configuration of the toy plugin's words, as a list of parts of its lists that are edited at random; some edits break it. */
public final class EditedText {
    private static final List<String> RULES = List.of(
            "  - name: %s\n    target_backend: g1\n    prefix: a\n",
            "  - name: %s\n    target_backend: g2\n    prefix: bb\n    frontends: [f]\n",
            "  - {name: %s, target_backend: g1, prefix: \"c\"}\n",
            "  - name: %s\n    target_backend: g2\n    prefix: d\n    mark: {text: e}\n",
            "  - target_backend: b0\n    name: %s\n\n    # between\n    prefix: a\n",
            "  - name: %s\n    target_backend: g1\n    prefix: ${WHERE:-there}\n",
            "  # nothing but a comment\n",
            "\n",
            "  - name: %s\n    target_backend: g1\n    prefx: a\n",
            "  - name: %s\n    target_backend: nowhere\n    prefix: a\n",
            "  - target_backend: g1\n    prefix: [%s]\n",
            "  - name: %s\n    target_backend: g1\n    prefix: a\n    mark: {txt: e}\n");
    private static final List<String> BACKENDS = List.of(
            "  - {name: %s, address: 127.0.0.1, port: 1, group_name: g1}\n",
            "  - name: %s\n    address: 127.0.0.1\n    port: 2\n    group_name: g2\n    weight: 3\n",
            "  - name: %s\n    address: 127.0.0.1\n    port: 3\n    protocol: line\n    labels: {zone: a}\n",
            "  - {address: 127.0.0.1, port: 4%2$d, group_name: g2}\n",
            "    # a comment\n",
            "  - {name: %s, address: 127.0.0.1, port: 70000, group_name: g1}\n",
            "  - {name: %s, address: 127.0.0.1, prot: 5, group_name: g1}\n");
    private static final List<String> GROUPS = List.of(
            "  - {name: %s, protocol: line}\n",
            "  - name: %s\n    protocol: line\n    algorithm: {type: keyed, salt: b}\n",
            "  - name: %s\n    protocol: line\n    health_check:\n      type: pong\n      interval: 30s\n",
            "  - name: %s\n    protocol: line\n    helth_check: pong\n");

    private final List<String> backends;
    private final List<String> groups;
    private final List<String> rules;
    private int names;

    private EditedText(List<String> backends, List<String> groups, List<String> rules, int names) {
        this.backends = new ArrayList<>(backends);
        this.groups = new ArrayList<>(groups);
        this.rules = new ArrayList<>(rules);
        this.names = names;
    }

    /**
     * One change of a text.
     *
     * @param what it does: 0–2 put in, 3 replace, 4 take out, 5 double, 6 move
     * @param where in which list, and at which place there
     * @param part what is put there
     */
    public record Edit(int what, int where, int part) {
        /** A change somewhere. */
        public static Arbitrary<Edit> any() {
            return Combinators.combine(
                            Arbitraries.integers().between(0, 6),
                            Arbitraries.integers().between(0, 9999),
                            Arbitraries.integers().between(0, 9999))
                    .as(Edit::new);
        }
    }

    /** A text without problems, of this many rules, and half as many backends. */
    public static EditedText of(int rules) {
        EditedText text = new EditedText(
                List.of("  - {name: b0, address: 127.0.0.1, port: 9, group_name: g1}\n"),
                List.of("  - {name: g1, protocol: line}\n", "  - {name: g2, protocol: line}\n"),
                List.of(),
                0);
        for (int i = 0; i < rules; i++) {
            text.rules.add(text.made(RULES, i % 5));
            if (i % 2 == 0) {
                text.backends.add(text.made(BACKENDS, i % 3));
            }
        }
        return text;
    }

    private String made(List<String> parts, int which) {
        names++;
        return parts.get(which % parts.size()).formatted("n" + names, names);
    }

    /** A text with more changes. */
    public EditedText with(List<Edit> edits) {
        EditedText edited = new EditedText(backends, groups, rules, names);
        edits.forEach(edited::edit);
        return edited;
    }

    private void edit(Edit edit) {
        int kind = edit.where() % 5;
        if (kind == 0) {
            edit(groups, GROUPS, edit);
        } else if (kind == 1) {
            edit(backends, BACKENDS, edit);
        } else {
            edit(rules, RULES, edit);
        }
    }

    private void edit(List<String> list, List<String> parts, Edit edit) {
        int at = list.isEmpty() ? 0 : edit.where() / 5 % list.size();
        if (list.isEmpty() || edit.what() <= 2) {
            list.add(at, made(parts, edit.part()));
        } else if (edit.what() == 3) {
            list.set(at, made(parts, edit.part()));
        } else if (edit.what() == 4) {
            list.remove(at);
        } else if (edit.what() == 5) {
            list.add(at, list.get(at));
        } else {
            list.add(edit.part() % list.size(), list.remove(at));
        }
    }

    @Override
    public String toString() {
        return "node_id: n\nfrontend_services:\n  - {name: f, protocol: line, port: 0, default_backend: g1}\nbackends:\n"
                + String.join("", backends) + "backend_groups:\n" + String.join("", groups) + "routing_rules:\n"
                + String.join("", rules);
    }
}
