package ${package};

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
#if( $kind == "discovery" )
import java.nio.file.Path;
#elseif( $kind == "balancer" )
import io.leba.spi.config.Range;
#end

/** The keys of {@code ${type}}; LEBA binds, defaults and checks them, and says where a mistake is. */
#if( $kind == "balancer" )
@Doc("The less loaded of a few backends that are drawn at random.")
record ${className}Config(@Doc("How many are drawn.") @Default("2") @Range(min = "1", max = "16") int draws) {}
#elseif( $kind == "filter" )
@Doc("Says on each answer that it came this way.")
record ${className}Config(@Doc("The value of the field.") @Default("${type}") String value) {}
#elseif( $kind == "health-check" )
@Doc("Up is a backend that answers a line with a line.")
record ${className}Config(
        @Doc("What is said.") @Default("ping") String say,
        @Doc("What is expected.") @Default("pong") String expect) {}
#else
@Doc("Backends that a file lists, address:port a line.")
record ${className}Config(@Doc("The file.") @Default("backends.txt") Path file) {}
#end
