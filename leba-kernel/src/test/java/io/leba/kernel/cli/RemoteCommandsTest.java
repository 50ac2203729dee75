package io.leba.kernel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.admin.ServedNode;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.kernel.remote.ControlSocket;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands that reach a running node through its control socket. */
class RemoteCommandsTest {
    @TempDir
    private Path folder;

    private ServedNode served;
    private Path socket;
    private ControlSocket listening;
    private String out;
    private String err;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedNode(folder);
        served.serve(served.yaml(""), false);
        socket = folder.resolve("control.sock");
        listening = ControlSocket.listen(socket, served.node, served.config(), false);
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
        served.close();
        System.clearProperty("leba.log.level");
    }

    private int leba(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--control-socket";
        all[arguments.length + 1] = socket.toString();
        StringWriter written = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine line = Main.commandLine(all);
        line.setOut(new PrintWriter(written, true)).setErr(new PrintWriter(errors, true));
        int code = line.execute(all);
        out = written.toString();
        err = errors.toString();
        return code;
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void statusAndBackendsShowWhatServes() {
        assertEquals(0, leba("status"), () -> err);
        assertTrue(out.contains("node1: leba ") && out.contains("generation 1, ready"), out);
        assertTrue(out.contains("frontend front: line on 127.0.0.1:"), out);
        long pid = ProcessHandle.current().pid();
        assertTrue(out.contains("process " + pid + ", which serves " + served.config() + "\n"), out);
        assertTrue(out.contains("group line: round-robin, 2 of 2 backends take traffic"), out);
        assertEquals(0, leba("status", "-o", "json"));
        assertTrue(out.contains("\"nodeId\" : \"node1\""), out);
        assertTrue(out.contains("\"pid\" : " + pid) && out.contains("\"config\" : \"" + served.config()), out);
        assertEquals(0, leba("backend", "list"), () -> err);
        assertTrue(out.contains("GROUP") && out.contains("line"), out);
    }

    @Test
    void aBackendIsDrainedWeighedAndPutBack() {
        assertEquals(0, leba("backend", "drain", "line", "a"), () -> err);
        assertEquals("backend line/a: drain, weight 0, 0 in flight", out.strip());
        assertEquals(0, leba("backend", "ready", "line", "a"), () -> err);
        assertEquals(0, leba("backend", "weight", "line", "a", "7"), () -> err);
        assertEquals("backend line/a: ready, weight 7, 0 in flight", out.strip());
        assertEquals(0, leba("backend", "weight", "line", "a", "configured"), () -> err);
        assertEquals("backend line/a: ready, weight 1, 0 in flight", out.strip());
        assertEquals(1, leba("backend", "drain", "line", "c"));
        assertTrue(err.startsWith("leba: ") && err.contains("'c'"), err);
        assertEquals(3, leba("backend", "weight", "line", "a", "70000"));
        assertEquals(2, leba("backend", "weight", "line", "a", "much"));
        assertEquals(2, leba("backend", "drain", "line"));
        assertEquals(2, leba("backend"));
    }

    @Test
    void aPlanTellsWhatWouldChangeAndChangesNothing() throws IOException {
        assertEquals(0, leba("plan"), () -> err);
        assertTrue(out.contains("nothing would change"), out);
        String next = write("next.yaml", served.yaml(", algorithm: {type: round-robin, start: 4}"));
        assertEquals(4, leba("plan", "--config", next), () -> err);
        assertTrue(out.contains("~ group line"), out);
        assertEquals(1, served.node.state().generation());
        assertEquals(3, leba("plan", "--config", write("bad.yaml", "nonsense: 1\n")));
        assertTrue(err.contains("config.yaml:1:1 nonsense: unknown key"), err);
    }

    @Test
    void anAppliedTextServesAndIsWrittenOnlyIfItWorks() throws IOException {
        String before = Files.readString(served.config());
        assertEquals(3, leba("apply", "-c", write("bad.yaml", "nonsense: 1\n")));
        assertEquals(before, Files.readString(served.config()));
        String text = served.yaml(", algorithm: {type: round-robin, start: 4}");
        assertEquals(0, leba("apply", "-c", write("next.yaml", text)), () -> err);
        assertTrue(out.contains("generation 2 serves"), out);
        assertEquals(text, Files.readString(served.config()));
    }

    @Test
    void aChangeOnTrialIsTakenBackUnlessConfirmed() throws IOException {
        String before = Files.readString(served.config());
        String next = write("next.yaml", served.yaml("") + "node_id: renamed\n");
        assertEquals(0, leba("apply", "-c", next, "--confirm", "60s"), () -> err);
        assertEquals("renamed", served.node.state().nodeId());
        assertEquals(before, Files.readString(served.config()), "not written before it is confirmed");
        assertEquals(1, leba("reload"));
        assertTrue(err.contains("awaits confirmation"), err);
        assertEquals(0, leba("rollback"), () -> err);
        assertEquals("node1", served.node.state().nodeId());
        assertEquals(1, leba("confirm"));
        assertTrue(err.contains("nothing awaits confirmation"), err);

        assertEquals(0, leba("apply", "-c", next, "--confirm", "60s"), () -> err);
        assertEquals(0, leba("confirm"), () -> err);
        assertTrue(Files.readString(served.config()).contains("renamed"));

        String third = write("third.yaml", served.yaml("") + "node_id: third\n");
        assertEquals(0, leba("apply", "-c", third, "--confirm", "300ms"), () -> err);
        assertEquals("third", served.node.state().nodeId());
        Awaitility.await().until(() -> served.node.state().nodeId().equals("renamed"));
        assertTrue(Files.readString(served.config()).contains("renamed"));
        try (var files = Files.list(folder)) {
            assertTrue(
                    files.noneMatch(file -> file.getFileName().toString().endsWith(".new")), "nothing is left behind");
        }
        assertEquals(2, leba("apply", "-c", next, "--confirm", "soon"));
    }

    @Test
    void pluginsAreListedSwappedAndRefused() throws IOException {
        assertEquals(0, leba("plugin", "list"), () -> err);
        assertTrue(out.contains("com.example.toy") && out.contains("started"), out);
        assertEquals(0, leba("plugin", "info", "com.example.toy"), () -> err);
        assertTrue(out.contains("version    1.0"), out);
        assertEquals(1, leba("plugin", "info", "com.example.other"));
        assertEquals(0, leba("plugin", "reload", "com.example.toy"), () -> err);
        assertTrue(out.contains("plugin com.example.toy 1.0 opened anew"), out);
        Path jar = ToyPlugin.always(folder.resolve("always.jar"), "1.0", 0);
        assertEquals(0, leba("plugin", "install", jar.toString()), () -> err);
        assertTrue(out.contains("plugin com.example.always 1.0 added"), out);
        assertEquals(0, leba("plugin", "disable", "com.example.always"), () -> err);
        assertEquals(0, leba("plugin", "enable", "com.example.always"), () -> err);
        assertEquals(0, leba("plugin", "reload"), () -> err);
        assertEquals(3, leba("plugin", "disable", "com.example.toy"));
        assertTrue(err.contains("is in use"), err);
        assertEquals(3, leba("plugin", "install", write("broken.jar", "no jar")));
        assertTrue(err.startsWith("leba: broken.jar: "), err);
    }

    @Test
    void onlyTheOwnerMayConnectAndGarbageIsAnswered() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("{\"command\": \"dance\"}\n".getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(1000);
            channel.read(answer);
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
            assertTrue(text.contains("there is no command 'dance'"), text);
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("\u0000not json\n".getBytes(StandardCharsets.UTF_8)));
            assertEquals(-1, channel.read(ByteBuffer.allocate(10)));
        }
        assertEquals(0, leba("status"), "and the next request is served");
    }

    @Test
    void aSocketThatIsInUseIsNotTakenUnlessItIsHandedOver() throws IOException {
        IOException taken = assertThrows(
                IOException.class, () -> ControlSocket.listen(socket, served.node, served.config(), false));
        assertTrue(taken.getMessage().contains("another node listens"), taken::getMessage);
        ControlSocket next = ControlSocket.listen(socket, served.node, served.config(), true);
        listening.close();
        assertEquals(0, leba("status"), () -> "the path belongs to the new one now: " + err);
        next.close();
        assertFalse(Files.exists(socket));
        assertEquals(1, leba("status"));
        assertTrue(err.contains("no running node answers at"), err);
    }
}
