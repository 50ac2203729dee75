package ${package};

#if( $kind == "balancer" )
import io.leba.testkit.balance.BalancerContract;

/** What every balancer keeps. */
class ${className}ContractTest extends BalancerContract {
    ${className}ContractTest() {
        super(new ${className}Plugin(), "${type}");
    }
}
#elseif( $kind == "filter" )
import io.leba.testkit.http.HttpFilterContract;

/** What every filter keeps. */
class ${className}ContractTest extends HttpFilterContract {
    ${className}ContractTest() {
        super(new ${className}Plugin(), "${type}");
    }
}
#elseif( $kind == "health-check" )
import io.leba.testkit.health.ConversationCheckContract;

/** What every check that is a conversation keeps. */
class ${className}ContractTest extends ConversationCheckContract {
    ${className}ContractTest() {
        super(new ${className}Plugin(), "${type}");
    }

    @Override
    protected String good() {
        return "pong\n";
    }

    @Override
    protected String bad() {
        return "what?\n";
    }
}
#else
import io.leba.testkit.discovery.DiscoveryContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What every source of backends keeps. */
class ${className}ContractTest extends DiscoveryContract {
    @TempDir
    private Path folder;

    ${className}ContractTest() {
        super(new ${className}Plugin(), "${type}");
    }

    @Override
    protected String yaml() {
        return "file: " + folder.resolve("backends.txt");
    }

    @Override
    protected void say(List<String> backends) throws IOException {
        Files.write(folder.resolve("backends.txt"), backends);
    }

    @Override
    protected void fail() throws IOException {
        Files.deleteIfExists(folder.resolve("backends.txt"));
    }
}
#end
