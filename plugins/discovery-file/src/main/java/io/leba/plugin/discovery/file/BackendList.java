package io.leba.plugin.discovery.file;

import io.leba.spi.discovery.BackendSpec;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * What a file says: backends, or what is wrong with it and where, all problems at once.
 *
 * @param backends empty if there is a problem
 * @param problem {@code file:line:column path: what is wrong}, several separated by semicolons
 */
record BackendList(List<BackendSpec> backends, Optional<String> problem) {
    private static final int SHOWN_PROBLEMS = 5;
    private static final int DEPTH_LIMIT = 20;
    private static final String ROOT_KEY = "backends";

    /** Reads YAML, and JSON as a part of it. An empty file is an error: it is most likely not written yet. */
    static BackendList parse(byte[] content, String source) {
        FileProblems problems = new FileProblems(source);
        List<BackendSpec> backends = List.of();
        try {
            backends = read(content, problems);
        } catch (CharacterCodingException e) {
            problems.add("is not UTF-8");
        } catch (MarkedYAMLException e) {
            problems.add(e.getProblemMark(), "", String.valueOf(e.getProblem()));
        } catch (YAMLException e) {
            problems.add(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return problems.isEmpty()
                ? new BackendList(backends, Optional.empty())
                : new BackendList(List.of(), Optional.of(problems.text(SHOWN_PROBLEMS)));
    }

    private static List<BackendSpec> read(byte[] content, FileProblems problems) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_LIMIT);
        options.setCodePointLimit(Integer.MAX_VALUE); // the file's size is limited already
        Node root = new Yaml(options).compose(new StringReader(isJson(text) ? text.replace('\t', ' ') : text));
        if (root == null) {
            problems.add("is empty; write [] for no backends");
            return List.of();
        }
        return list(root, problems).map(list -> specs(list, problems)).orElse(List.of());
    }

    /** JSON may be indented with tabs, and has none inside of its texts; YAML's parser takes no tabs. */
    private static boolean isJson(String text) {
        String begun = text.stripLeading();
        return begun.startsWith("{") || begun.startsWith("[");
    }

    private static Optional<SequenceNode> list(Node root, FileProblems problems) {
        Node node = root;
        if (root instanceof MappingNode mapping
                && mapping.getValue().size() == 1
                && mapping.getValue().get(0).getKeyNode() instanceof ScalarNode key
                && key.getValue().equals(ROOT_KEY)) {
            node = mapping.getValue().get(0).getValueNode();
        }
        if (node instanceof SequenceNode list) {
            return Optional.of(list);
        }
        problems.add(node.getStartMark(), "", "must be a list of backends, or a mapping with the one key 'backends'");
        return Optional.empty();
    }

    private static List<BackendSpec> specs(SequenceNode list, FileProblems problems) {
        List<BackendSpec> specs = new ArrayList<>();
        Map<List<String>, Integer> seen = new HashMap<>();
        List<Node> items = list.getValue();
        for (int i = 0; i < items.size(); i++) {
            String path = ROOT_KEY + "[" + i + "]";
            Node item = items.get(i);
            int number = i;
            BackendItem.read(item, path, problems).ifPresent(spec -> {
                Integer before = seen.putIfAbsent(identity(spec), number);
                if (before == null) {
                    specs.add(spec);
                } else {
                    problems.add(
                            item.getStartMark(),
                            path,
                            "'" + spec.nameOrAddress() + "' is " + ROOT_KEY + "[" + before
                                    + "] already; remove one, or give it a 'name' of its own");
                }
            });
        }
        return List.copyOf(specs);
    }

    private static List<String> identity(BackendSpec spec) {
        return List.of(
                spec.groupName().orElse(""),
                spec.groupName().isPresent() ? "" : spec.protocol().orElse(""),
                spec.nameOrAddress());
    }

    /** Entries of a mapping by key; a key that stands twice, or is no word, is a problem. */
    static Map<String, NodeTuple> entries(MappingNode mapping, String path, FileProblems problems) {
        Map<String, NodeTuple> entries = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node key = entry.getKeyNode();
            if (!(key instanceof ScalarNode word)) {
                problems.add(key.getStartMark(), path, "a key must be a word");
            } else if (entries.putIfAbsent(word.getValue(), entry) != null) {
                problems.add(key.getStartMark(), path + "." + word.getValue(), "stands there twice");
            }
        }
        return entries;
    }
}
