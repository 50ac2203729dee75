package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an editor says with the generated schema. The editor's reader is Jackson's here. */
class SchemaTest {
    private static final String HEAD = "frontend_services:\n  - {name: web, protocol: http, port: 80}\n";

    private final JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaGenerator.json(SampleOutline.outline()));

    private Set<ValidationMessage> messages(String yaml) throws JsonProcessingException {
        JsonNode document = new YAMLMapper().readTree(yaml);
        return schema.validate(document);
    }

    /** The problems of binding what the outline says where it says it. */
    private static String problems(String yaml) {
        Problems problems = new Problems();
        Outline outline = SampleOutline.outline();
        Binder binder = new Binder(outline.resolver());
        new ConfigLoader(name -> name.equals("PORT") ? "1" : null)
                .parse(yaml, "c.yaml", problems)
                .ifPresent(document -> {
                    for (Outline.Section section : outline.sections()) {
                        if (section.path().isEmpty()) {
                            bind(binder, section, document.root(), problems);
                        } else if (document.root().value(section.key()).orElse(null) instanceof SequenceNode items) {
                            items.items().forEach(item -> bind(binder, section, (MappingNode) item, problems));
                        }
                    }
                });
        return problems.isEmpty() ? "" : problems.toString();
    }

    private static void bind(Binder binder, Outline.Section section, MappingNode node, Problems problems) {
        List<Outline.Part> parts = section.parts().stream()
                .filter(part -> part.when().isEmpty()
                        || node.value(part.when().get().key()).orElse(null) instanceof ScalarNode word
                                && part.when().get().values().contains(word.text()))
                .toList();
        List<Class<? extends Record>> records = new ArrayList<>();
        parts.stream().filter(part -> part.key().isEmpty()).forEach(part -> records.add(part.type()));
        List<UnclaimedKey> unknown = new ArrayList<>();
        for (UnclaimedKey key :
                binder.bindAll(node, records, node.position().path(), problems).unclaimed()) {
            parts.stream()
                    .filter(part -> part.key().equals(key.key()))
                    .findFirst()
                    .ifPresentOrElse(part -> binder.bind(key.value(), part.type(), problems), () -> unknown.add(key));
        }
        Binder.reportUnknown(unknown, List.of(), problems);
    }

    @Test
    void the_schema_is_one() {
        JsonSchema meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertEquals(Set.of(), meta.validate(schema.getSchemaNode()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD,
                "node_id: 7\n",
                "allowed_ports: {http: [80, '81', \"${PORT}\"], tcp: 90}\n",
                "api_port: '8080'\napi_allow: 10.0.0.0/8\n",
                "api_port: 8080\napi_allow: [10.0.0.0/8, '::1']\n",
                "metrics: {path: /x}\n",
                "tls_config: {enabled: 'true', cert_file: a.pem, pass_phrase: x}\n",
                "transport: io-uring\nallowed_ports:\ntls_config:\n",
                "include: conf.d/*.yaml\n",
                "include: [a.yaml, conf.d/*.yaml]\n",
                "x-anchors: {anything: [1]}\n",
                "frontend_services:\nbackend_groups: []\n",
                "frontend_services: [{name: a, protocol: https, port: 1, max_head: 16KiB, sample: 50%}]\n",
                "frontend_services: [{name: a, protocol: http, port: 1, rate_limit: {rate: 5/s, statuses: [429, 503]}}]\n",
                "frontend_services: [{name: a, protocol: http, port: 1, max_head: \"${MAX:-9KiB}\", sample: 0.5}]\n",
                "backend_groups: [{name: a, algorithm: round-robin}]\n",
                "backend_groups: [{name: a, algorithm: {type: least-connections, sample: 16}}]\n",
                "backend_groups: [{name: a, algorithm: {type: zoned, zone: x, inner: {type: zoned, zone: y}}}]\n",
                "backend_groups: [{name: a, health_check: tcp}]\n",
                "backend_groups: [{name: a, health_check: {type: http, path: /x, interval: 1m30s, status: 200}}]\n",
                "backend_groups: [{name: a, pool: {idle: 5, children: {b: {max_idle: 6}}}, overrides: {x: {}}}]\n",
                "backend_groups: [{name: a, custom: {}}]\n",
            })
    void what_can_be_bound_is_valid(String yaml) throws JsonProcessingException {
        assertEquals(Set.of(), messages(yaml));
        assertEquals(
                "", problems(yaml).replaceAll("(?s).*file '[a-z.]*' does not exist.*|.*directory 'conf.d/'.*", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\n",
                "node: x\n",
                "node_id: [x]\n",
                "allowed_ports: {http: [a]}\n",
                "api_port: 70000\n",
                "api_allow: 10.0.0.0/8\n",
                "metrics: {path: metrics}\n",
                "metrics: {paths: /x}\n",
                "tls_config: {enabled: yes please, cert_file: a}\n",
                "tls_config: {}\n",
                "transport: epol\n",
                "include: {a: b}\n",
                "frontend_services: [{name: a, protocol: tcp, port: 1, max_head: 16KiB}]\n",
                "frontend_services: [{name: a, protocol: tcp, port: 1, rate_limit: {rate: 5/s}}]\n",
                "frontend_services: [{protocol: tcp, port: 1}]\n",
                "frontend_services: {name: a, protocol: tcp, port: 1}\n",
                "frontend_services: [{name: a, protocol: http, port: 1, max_head: 16Kib/s}]\n",
                "frontend_services: [{name: a, protocol: http, port: 1, sample: 2}]\n",
                "frontend_services: [{name: a, protocol: http, port: 1, rate_limit: {rate: 5, statuses: []}}]\n",
                "backend_groups: [{name: a, algorithm: maglev}]\n",
                "backend_groups: [{name: a, algorithm: zoned}]\n",
                "backend_groups: [{name: a, algorithm: {sample: 2}}]\n",
                "backend_groups: [{name: a, algorithm: {type: round-robin, sample: 2}}]\n",
                "backend_groups: [{name: a, algorithm: {type: zoned, zone: x, inner: {type: zoned}}}]\n",
                "backend_groups: [{name: a, health_check: {interval: 5s}}]\n",
                "backend_groups: [{name: a, health_check: {type: tcp, path: /}}]\n",
                "backend_groups: [{name: a, health_check: {type: tcp, interval: 5}}]\n",
                "backend_groups: [{name: a, pool: {max_idle: -1}}]\n",
            })
    void what_cannot_be_bound_is_not_valid(String yaml) throws JsonProcessingException {
        assertNotEquals(Set.of(), messages(yaml));
        assertNotEquals("", problems(yaml));
    }

    @Test
    void what_is_invalid_is_found_in_one_pass() throws JsonProcessingException {
        assertEquals(
                List.of("$.api_port", "$.transport"),
                messages("api_port: {}\ntransport: x\n").stream()
                        .map(message -> message.getInstanceLocation().toString())
                        .distinct()
                        .sorted()
                        .toList());
    }
}
