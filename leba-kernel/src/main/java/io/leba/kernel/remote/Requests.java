package io.leba.kernel.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.Control;
import io.leba.spi.control.Refused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What can be asked of a node through the control socket: a command's name and its arguments. */
final class Requests {
    private final Control control;
    private final Path config;

    /** @param config the node's configuration file */
    Requests(Control control, Path config) {
        this.control = control;
        this.config = config.toAbsolutePath().normalize();
    }

    /**
     * Does what is asked.
     *
     * @return a record or list of the SPI; the state says also which process this is, and what file it serves
     * @throws Refused if it is not done, also if the request is not understood
     */
    Object answer(JsonNode request) {
        return switch (text(request, "command")) {
            case "state" -> state();
            case "plugins" -> control.plugins();
            case "reload" -> control.reload();
            case "plan" -> control.plan(optional(request, "text"));
            case "apply" ->
                control.apply(
                        optional(request, "text"),
                        optional(request, "confirm_millis").map(Requests::millis));
            case "confirm" -> control.confirm();
            case "rollback" -> control.rollback();
            case "plugin-rescan" -> control.rescanPlugins();
            case "plugin-reload" -> control.reloadPlugin(text(request, "id"));
            case "plugin-install" -> control.installPlugin(Path.of(text(request, "jar")));
            case "plugin-enable" -> control.enablePlugin(text(request, "id"));
            case "plugin-disable" -> control.disablePlugin(text(request, "id"));
            case "upgrade" -> control.upgrade(optional(request, "home").map(Path::of));
            case "backend-drain" -> backend(request, new BackendChange.Drain());
            case "backend-ready" -> backend(request, new BackendChange.Ready());
            case "backend-disable" -> backend(request, new BackendChange.Disable());
            case "backend-weight" ->
                backend(
                        request,
                        optional(request, "weight")
                                .<BackendChange>map(weight -> new BackendChange.Weight(Integer.parseInt(weight)))
                                .orElseGet(BackendChange.ConfiguredWeight::new));
            default -> throw notUnderstood("there is no command '" + text(request, "command") + "'");
        };
    }

    private Object state() {
        ObjectNode state = (ObjectNode) Wire.tree(control.state());
        return state.put("pid", ProcessHandle.current().pid()).put("config", config.toString());
    }

    private Object backend(JsonNode request, BackendChange change) {
        return control.backend(text(request, "group"), text(request, "backend"), change);
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }

    private static Optional<String> optional(JsonNode request, String key) {
        return Optional.ofNullable(request.get(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    private static String text(JsonNode request, String key) {
        return optional(request, key).orElseThrow(() -> notUnderstood("'" + key + "' is missing"));
    }

    private static Refused notUnderstood(String why) {
        return new Refused(
                Refused.Reason.INVALID,
                "the node does not understand the request: " + why + "; use the 'leba' of the node's own version");
    }
}
