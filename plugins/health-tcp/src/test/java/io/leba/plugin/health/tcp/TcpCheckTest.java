package io.leba.plugin.health.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.health.ConversationCheck;
import io.leba.testkit.TestScope;
import io.leba.testkit.health.ScriptedProbe;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TcpCheckTest {
    private static ScriptedProbe probe(String send, String expect, int fragment) {
        TcpCheckConfig config = new TcpCheckConfig(
                Optional.of(send).filter(text -> !text.isEmpty()),
                Optional.of(expect).filter(text -> !text.isEmpty()));
        ConversationCheck check =
                (ConversationCheck) new TcpCheckProvider().create(config, TestScope.of("health_check"));
        return ScriptedProbe.connected(check, fragment);
    }

    @Test
    void aConnectionIsEnoughWhenNothingIsAsked() {
        assertEquals("up", probe("", "", 1).verdict());
    }

    @Test
    void anyAnswerIsEnoughWhenNoneIsExpected() {
        assertEquals("waiting", probe("PING\r\n", "", 1).verdict());
        assertEquals("PING\r\n", probe("PING\r\n", "", 1).sent());
        assertEquals("up", probe("PING\r\n", "", 1).answer("?").verdict());
        assertEquals(
                "down: closed without an answer",
                probe("PING\r\n", "", 1).close().verdict());
    }

    @Test
    void theBackendMaySpeakFirst() {
        ScriptedProbe probe = probe("", "220 ", 1);

        assertEquals("", probe.sent());
        assertEquals("waiting", probe.answer("22").verdict());
        assertEquals("up", probe.answer("0 mail").verdict());
    }

    @Test
    void theExpectedTextMayStandAnywhere() {
        assertEquals(
                "up",
                probe("INFO\n", "role:master", 3)
                        .answer("x:y\r\nrole:master\r\n")
                        .verdict());
        assertEquals(
                "down: answer does not contain 'role:master'",
                probe("INFO\n", "role:master", 3)
                        .answer("role:slave\r\n")
                        .close()
                        .verdict());
    }

    @Test
    void anEndlessAnswerIsCutOff() {
        assertEquals(
                "down: answer does not contain 'x' in its first 65536 bytes",
                probe("a", "x", 1000).answer("y".repeat(70_000)).verdict());
        assertEquals(
                "up", probe("a", "x", 1000).answer("y".repeat(65_535) + "x").verdict());
        assertEquals(
                "down: answer does not contain 'x' in its first 65536 bytes",
                probe("a", "x", 1000).answer("y".repeat(65_536) + "x").verdict());
    }

    @Test
    void twoProbesOfOneCheckDoNotMeet() {
        TcpCheck check = new TcpCheck(new TcpCheckConfig(Optional.of("q"), Optional.of("ab")));
        ScriptedProbe one = ScriptedProbe.connected(check, 1).answer("a");
        ScriptedProbe other = ScriptedProbe.connected(check, 1).answer("b");

        assertEquals("q", one.sent());
        assertEquals("q", other.sent());
        assertEquals("waiting", other.verdict());
        assertEquals("up", one.answer("b").verdict());
    }

    @Property
    void theTextIsFoundExactlyIfTheAnswerContainsIt(
            @ForAll @StringLength(min = 1, max = 6) @CharRange(from = 'a', to = 'b') String expect,
            @ForAll @StringLength(max = 40) @CharRange(from = 'a', to = 'b') String answer,
            @ForAll @IntRange(min = 1, max = 41) int fragment) {
        assertEquals(
                answer.contains(expect),
                probe("?", expect, fragment)
                        .answer(answer)
                        .close()
                        .result()
                        .orElseThrow()
                        .isUp());
    }

    @Test
    void thePluginOffersOneCheck() {
        assertEquals("tcp", new TcpCheckPlugin().providers().get(0).type());
        assertEquals(
                TcpCheckConfig.class, new TcpCheckPlugin().providers().get(0).configType());
    }
}
