package io.leba.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.spi.Scope;
import io.leba.testkit.TestScope;
import io.leba.testkit.node.PluginFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What extensions of every kind keep; the contract of a kind extends it. A test of a plugin extends that one, and says which
 * extension is meant and with what configuration:
 *
 * <pre>{@code
 * class FillFirstContractTest extends BalancerContract {
 *     FillFirstContractTest() {
 *         super(new FillFirstPlugin(), "fill-first");
 *     }
 *
 *     @Override
 *     protected String yaml() {
 *         return "limit: 5";
 *     }
 * }
 * }</pre>
 *
 * <p>Keep the test in the package of the configuration record, so that the record can be made in tests.
 *
 * @param <P> the kind of provider
 * @param <T> what it makes
 */
public abstract class ExtensionContract<P extends Provider<?, ?>, T> {
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9]*([-_][a-z0-9]+)*");
    private static final int MOST_CALLS = 50;

    private final Class<? super P> kind;
    private final Class<T> product;
    private final LebaPlugin plugin;
    private final String type;
    private TestScope scope;

    /**
     * For the contract of a kind.
     *
     * @param kind the interface of its providers
     * @param product what they make
     * @param plugin the plugin under test
     * @param type the provider's word
     */
    protected ExtensionContract(Class<? super P> kind, Class<T> product, LebaPlugin plugin, String type) {
        this.kind = kind;
        this.product = product;
        this.plugin = plugin;
        this.type = type;
    }

    /** The keys of the configuration, as they are written in YAML; none by default. */
    protected String yaml() {
        return "";
    }

    /** How many loops there are. */
    protected int loops() {
        return 4;
    }

    /**
     * Uses what was made as the kernel would, a little, so that what it leaves behind is seen.
     *
     * @param made by this JVM's plugin, or by one in a realm
     */
    protected abstract void use(T made, TestScope within);

    /** The scope of this test; closed behind it. */
    protected final TestScope scope() {
        if (scope == null) {
            scope = new TestScope("test." + type, loops());
        }
        return scope;
    }

    /** The provider under test. */
    @SuppressWarnings("unchecked")
    protected final P provider() {
        List<Provider<?, ?>> found = plugin.providers().stream()
                .filter(one -> kind.isInstance(one) && one.type().equals(type))
                .toList();
        assertEquals(
                1,
                found.size(),
                () -> plugin.getClass().getSimpleName() + " provides " + kind.getSimpleName() + " '"
                        + type + "' as often; it lists "
                        + plugin.providers().stream().map(Provider::type).toList());
        return (P) found.get(0);
    }

    /** Makes one in a scope. */
    protected T create(Scope within) {
        Provider<?, ?> provider = provider();
        return product.cast(Binding.create(provider, yaml(), within));
    }

    /** Makes one in this test's scope. */
    protected final T create() {
        return create(scope());
    }

    @AfterEach
    void closeScope() {
        scope().close();
    }

    @Test
    void isListedOnceUnderAWordThatCanBeWritten() {
        assertTrue(WORD.matcher(provider().type()).matches(), type);
        assertEquals(
                plugin.providers().stream().map(Provider::type).toList(),
                plugin.providers().stream().map(Provider::type).toList(),
                "asking for the providers changes nothing");
    }

    @Test
    void everyKeyIsExplained() {
        assertEquals(List.of(), Documentation.missingIn(provider().configType()), "have no @Doc");
    }

    @Test
    void equalTextsMakeEqualConfigurations() {
        Record one = Binding.bind(provider().configType(), yaml());
        Record other = Binding.bind(provider().configType(), yaml());

        assertEquals(one, other, "an unrelated reload would make the extension anew; use value types in the record");
        assertEquals(one.hashCode(), other.hashCode());
    }

    @Test
    void whatItOpenedIsClosedWhenMakingItFails() {
        ThreadsLeft threads = new ThreadsLeft();
        int failing = 0;
        for (boolean fails = true; fails && failing < MOST_CALLS; failing++) {
            TestScope trial = new TestScope("test." + type, loops());
            try {
                create(FailingScope.of(trial, failing));
                fails = false;
            } catch (RuntimeException e) {
                assertTrue(isOurs(e), () -> "it hides why the scope failed: " + e);
            } finally {
                trial.close();
            }
            threads.assertNone("after making it failed");
        }
        assertTrue(failing < MOST_CALLS, "it called its scope " + MOST_CALLS + " times and was still not made");
    }

    private static boolean isOurs(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (FailingScope.MESSAGE.equals(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }

    @Test
    void noThreadOutlivesItsScope() {
        ThreadsLeft threads = new ThreadsLeft();
        try (TestScope trial = new TestScope("test." + type, loops())) {
            use(create(trial), trial);
        }
        threads.assertNone("after its scope was closed");
    }

    @Test
    void nothingStaticChanges() {
        Path place = PluginFiles.of(plugin.getClass());
        List<String> found = new ArrayList<>();
        if (Files.isDirectory(place) && PluginFiles.isPlugin(place)) {
            found.addAll(StaticState.in(place, plugin.getClass().getClassLoader()));
        } else {
            StaticState.look(plugin.getClass(), found);
            StaticState.look(provider().getClass(), found);
        }
        assertEquals(List.of(), found, "static state outlives instances, and is shared by all of them");
    }

    @Test
    void itsClassesGoWhenItsRealmIsClosed() {
        TrialRealm realm = new TrialRealm(plugin.getClass(), kind, type);
        assumeTrue(realm.isPossible(), "plugin and SPI are modules on the module path");

        realm.assertUnloads(yaml(), (made, within) -> use(product.cast(made), within));
    }
}
