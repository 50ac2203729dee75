package io.leba.distribution;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaCodeUnitReference;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks for calls that block, or that are too dear for a hot path, and for synchronized methods, in everything that is reached from
 * a method marked {@code OnLoop}, on itself, on its class or on what it overrides, and from what Netty calls. Lambdas and method references are followed as
 * calls are, and calls through interfaces of LEBA to every implementation. Methods marked {@code OnBackground} or {@code OnControl}
 * end the search: they run elsewhere. Synchronized blocks are not seen.
 */
final class LoopRule {
    private static final String SPI = "io.leba.spi.";
    /** Methods by the type that declares them; they are forbidden on its subtypes, too. */
    private static final Map<String, Set<String>> FORBIDDEN = Map.ofEntries(
            Map.entry("java.lang.Thread", Set.of("sleep", "join")),
            Map.entry("java.lang.Object", Set.of("wait")),
            Map.entry("java.lang.Process", Set.of("waitFor")),
            Map.entry("java.lang.ProcessBuilder", Set.of("start")),
            Map.entry("java.lang.Runtime", Set.of("exec")),
            Map.entry("java.lang.String", Set.of("format", "formatted", "matches", "replaceAll", "replaceFirst")),
            Map.entry("java.util.regex.Pattern", Set.of("compile", "matches")),
            Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep", "timedJoin", "timedWait")),
            Map.entry("java.util.concurrent.Future", Set.of("get")),
            Map.entry("java.util.concurrent.CompletableFuture", Set.of("get", "join")),
            Map.entry("java.util.concurrent.ForkJoinTask", Set.of("get", "join", "invoke")),
            Map.entry("java.util.concurrent.CountDownLatch", Set.of("await")),
            Map.entry("java.util.concurrent.CyclicBarrier", Set.of("await")),
            Map.entry("java.util.concurrent.Phaser", Set.of("awaitAdvance", "arriveAndAwaitAdvance")),
            Map.entry("java.util.concurrent.Exchanger", Set.of("exchange")),
            Map.entry("java.util.concurrent.Semaphore", Set.of("acquire", "acquireUninterruptibly")),
            Map.entry("java.util.concurrent.BlockingQueue", Set.of("put", "take")),
            Map.entry("java.util.concurrent.BlockingDeque", Set.of("putFirst", "putLast", "takeFirst", "takeLast")),
            Map.entry("java.util.concurrent.ExecutorService", Set.of("invokeAll", "invokeAny", "awaitTermination")),
            Map.entry("java.util.concurrent.locks.LockSupport", Set.of("park", "parkNanos", "parkUntil")),
            Map.entry("java.util.concurrent.locks.Lock", Set.of("lock", "lockInterruptibly")),
            Map.entry("java.util.concurrent.locks.Condition", Set.of("await", "awaitNanos", "awaitUntil")),
            Map.entry("java.util.concurrent.locks.StampedLock", Set.of("readLock", "writeLock")),
            Map.entry(
                    "java.net.InetAddress",
                    Set.of("getByName", "getAllByName", "getHostName", "getCanonicalHostName", "getLocalHost")),
            Map.entry("java.net.InetSocketAddress", Set.of("getHostName")),
            Map.entry("java.net.URL", Set.of("openConnection", "openStream", "equals", "hashCode")),
            Map.entry("java.net.http.HttpClient", Set.of("send")),
            Map.entry("java.net.Socket", Set.of("connect", "getInputStream", "getOutputStream")),
            Map.entry("java.nio.channels.FileChannel", Set.of("open", "force")),
            Map.entry(
                    "io.netty.util.concurrent.Future",
                    Set.of("sync", "syncUninterruptibly", "await", "awaitUninterruptibly", "get")),
            Map.entry("io.leba.kernel.thread.ControlThread", Set.of("call")));

    /** What Netty calls on a channel's loop. */
    private static final Set<String> NETTY_CALLBACKS = Set.of(
            "io.netty.channel.ChannelHandler",
            "io.netty.channel.ChannelInboundHandler",
            "io.netty.channel.ChannelOutboundHandler",
            "io.netty.channel.ChannelInitializer",
            "io.netty.handler.codec.ByteToMessageDecoder",
            "io.netty.util.concurrent.GenericFutureListener");

    /** Types of which nothing may be called. */
    private static final Set<String> FORBIDDEN_CLASSES = Set.of(
            "java.nio.file.Files",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.FileReader",
            "java.io.FileWriter",
            "java.io.PrintStream",
            "java.io.RandomAccessFile");

    /** What passes work on to other threads: its own short lock is the price, and what it is given runs elsewhere. */
    private static final Set<String> HAND_OVERS = Set.of(SPI + "Background");

    private final Map<String, List<JavaClass>> implementers = new HashMap<>();
    private final Map<JavaCodeUnit, JavaCodeUnit> cameFrom = new HashMap<>();
    private final Deque<JavaCodeUnit> work = new ArrayDeque<>();
    private final Set<String> violations = new TreeSet<>();

    private LoopRule() {}

    /**
     * What was found.
     *
     * @param roots methods marked as running on a loop
     * @param violations one line each, sorted, with the way from the marked method
     */
    record Result(int roots, List<String> violations) {}

    static Result check(JavaClasses classes) {
        LoopRule rule = new LoopRule();
        int roots = 0;
        for (JavaClass one : classes) {
            for (JavaClass type : one.getAllRawSuperclasses()) {
                rule.implementers
                        .computeIfAbsent(type.getName(), key -> new ArrayList<>())
                        .add(one);
            }
            for (JavaClass type : one.getAllRawInterfaces()) {
                rule.implementers
                        .computeIfAbsent(type.getName(), key -> new ArrayList<>())
                        .add(one);
            }
        }
        for (JavaClass one : classes) {
            for (JavaMethod method : one.getMethods()) {
                if (runsOnLoop(method)) {
                    roots++;
                    rule.reach(method, null);
                }
            }
        }
        rule.walk();
        return new Result(roots, List.copyOf(rule.violations));
    }

    private static boolean runsOnLoop(JavaMethod method) {
        if (isMarked(method, "OnBackground") || isMarked(method, "OnControl")) {
            return false;
        }
        if (isMarked(method, "OnLoop") || method.getOwner().isAnnotatedWith(SPI + "OnLoop")) {
            return true;
        }
        List<JavaClass> above = new ArrayList<>(method.getOwner().getAllRawInterfaces());
        above.addAll(method.getOwner().getAllRawSuperclasses());
        for (JavaClass type : above) {
            for (JavaMethod overridden : type.getMethods()) {
                if (overridden.getName().equals(method.getName())
                        && overridden.getRawParameterTypes().size()
                                == method.getRawParameterTypes().size()
                        && (isMarked(overridden, "OnLoop")
                                || type.isAnnotatedWith(SPI + "OnLoop")
                                || NETTY_CALLBACKS.contains(type.getName()))
                        && !isMarked(overridden, "OnBackground")
                        && !isMarked(overridden, "OnControl")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isMarked(JavaCodeUnit unit, String annotation) {
        return unit.isAnnotatedWith(SPI + annotation);
    }

    private void reach(JavaCodeUnit unit, JavaCodeUnit from) {
        if (isMarked(unit, "OnBackground") || isMarked(unit, "OnControl") || cameFrom.containsKey(unit)) {
            return;
        }
        cameFrom.put(unit, from);
        work.add(unit);
    }

    private void walk() {
        for (JavaCodeUnit unit = work.poll(); unit != null; unit = work.poll()) {
            if (unit.getModifiers().contains(JavaModifier.SYNCHRONIZED)) {
                violations.add("synchronized " + way(unit));
            }
            for (JavaCall<?> call : unit.getCallsFromSelf()) {
                look(unit, call);
            }
            for (JavaCodeUnitReference<?> reference : unit.getCodeUnitReferencesFromSelf()) {
                look(unit, reference);
            }
        }
    }

    private void look(JavaCodeUnit unit, JavaCodeUnitAccess<?> call) {
        JavaClass owner = call.getTargetOwner();
        String name = call.getName();
        if (blocks(call)) {
            violations.add(owner.getSimpleName() + "." + name + " in " + way(unit));
            return;
        }
        if (!owner.getName().startsWith("io.leba.") || HAND_OVERS.contains(owner.getName())) {
            return;
        }
        int parameters = call.getTarget().getRawParameterTypes().size();
        for (JavaCodeUnit target : owner.getCodeUnits()) {
            follow(unit, target, name, parameters);
        }
        for (JavaClass implementer : implementers.getOrDefault(owner.getName(), List.of())) {
            for (JavaCodeUnit target : implementer.getCodeUnits()) {
                if (!name.equals("<init>")) {
                    follow(unit, target, name, parameters);
                }
            }
        }
    }

    private static boolean blocks(JavaCodeUnitAccess<?> call) {
        JavaClass owner = call.getTargetOwner();
        String name = call.getName();
        if (FORBIDDEN_CLASSES.contains(owner.getName())) {
            return true;
        }
        // The constructor that takes a host's name looks it up.
        if (name.equals("<init>") && owner.getName().equals("java.net.InetSocketAddress")) {
            return call.getTarget().getRawParameterTypes().get(0).isEquivalentTo(String.class);
        }
        return isForbidden(owner, name)
                || owner.getAllRawSuperclasses().stream().anyMatch(type -> isForbidden(type, name))
                || owner.getAllRawInterfaces().stream().anyMatch(type -> isForbidden(type, name));
    }

    private static boolean isForbidden(JavaClass type, String name) {
        return FORBIDDEN.getOrDefault(type.getName(), Set.of()).contains(name);
    }

    private void follow(JavaCodeUnit from, JavaCodeUnit target, String name, int parameters) {
        if (target.getName().equals(name) && target.getRawParameterTypes().size() == parameters) {
            reach(target, from);
        }
    }

    private String way(JavaCodeUnit unit) {
        List<String> steps = new ArrayList<>();
        for (JavaCodeUnit step = unit; step != null; step = cameFrom.get(step)) {
            steps.add(step.getOwner().getSimpleName() + "." + step.getName());
        }
        return String.join(" <- ", steps);
    }
}
