package io.leba.kernel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.control.Plan;
import io.leba.spi.control.Plan.Action;
import io.leba.spi.control.Plan.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {
    private static final Plan PLAN = new Plan(
            17,
            List.of(
                    new Plan.Step(Kind.NODE, Action.CHANGE, "node", "drain_timeout: 5m → 1m"),
                    new Plan.Step(Kind.FRONTEND, Action.ADD, "web", "binds *:8080, http"),
                    new Plan.Step(Kind.BACKEND, Action.REMOVE, "app/a", "10.0.0.1:80, weight 1"),
                    new Plan.Step(Kind.ROUTE, Action.MOVE, "old", "")),
            List.of(new Plan.Drain("side", 1), new Plan.Drain("front", 41)),
            List.of(new Plan.Move("app", 0.3337), new Plan.Move("big", 0.0001)));

    @Test
    void a_plan_reads_line_by_line() {
        assertEquals("""
                ~ node: drain_timeout: 5m → 1m
                + frontend web: binds *:8080, http
                - backend app/a: 10.0.0.1:80, weight 1
                ^ route old
                group app: 33.4 % of keys move to another backend
                group big: < 0.1 % of keys move to another backend
                frontend side: 1 connection would drain
                frontend front: 41 connections would drain
                4 changes to generation 17; 42 connections would drain""", String.join("\n", PlanText.lines(PLAN)));
    }

    @Test
    void a_plan_that_changes_nothing_says_what_serves_on() {
        Plan nothing = new Plan(3, List.of(), List.of(), List.of());
        assertEquals(List.of("nothing would change; generation 3 keeps serving"), PlanText.lines(nothing));
    }

    @Test
    void one_change_without_consequences_is_one_change() {
        Plan one = new Plan(1, PLAN.steps().subList(0, 1), List.of(), List.of());
        assertEquals(
                "1 change to generation 1; no connection would drain",
                PlanText.lines(one).get(1));
    }

    @Test
    void a_plan_is_written_as_json_without_further_ado() {
        Plan small = new Plan(
                2,
                PLAN.steps().subList(1, 2),
                PLAN.drains().subList(0, 1),
                PLAN.moves().subList(1, 2));
        assertEquals("""
                {
                  "generation" : 2,
                  "steps" : [ {
                    "kind" : "FRONTEND",
                    "action" : "ADD",
                    "name" : "web",
                    "detail" : "binds *:8080, http"
                  } ],
                  "drains" : [ {
                    "frontend" : "side",
                    "connections" : 1
                  } ],
                  "moves" : [ {
                    "group" : "big",
                    "share" : 1.0E-4
                  } ]
                }""", Json.write(small));
    }
}
