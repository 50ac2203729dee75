package io.leba.testkit.program;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips a test whose program is missing, or fails it where programs are required; see {@link NeedsProgram}. */
public final class ProgramCondition implements ExecutionCondition {
    static final String REQUIRED = "leba.requirePrograms";

    /** Made by JUnit. */
    public ProgramCondition() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<NeedsProgram> missing =
                AnnotationSupport.findRepeatableAnnotations(context.getElement(), NeedsProgram.class).stream()
                        .filter(program -> Programs.find(program.value()).isEmpty())
                        .toList();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the programs it needs are installed");
        }
        String reason = names(missing) + (missing.size() == 1 ? " is" : " are")
                + " not installed; 'apt-get install -y --no-install-recommends " + packages(missing) + "' does it";
        if (context.getConfigurationParameter(REQUIRED, Boolean::parseBoolean).orElse(false)) {
            throw new IllegalStateException(reason + " (" + REQUIRED + " is true: a missing program is a failure)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static String names(List<NeedsProgram> programs) {
        return programs.stream().map(NeedsProgram::value).collect(Collectors.joining(" and "));
    }

    private static String packages(List<NeedsProgram> programs) {
        return programs.stream()
                .map(program -> program.debianPackage().isEmpty() ? program.value() : program.debianPackage())
                .distinct()
                .collect(Collectors.joining(" "));
    }
}
