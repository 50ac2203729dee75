package io.leba.kernel.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ConfigArchitectureTest {
    private static final JavaClasses KERNEL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.leba.kernel");

    @Test
    void only_this_package_knows_the_yaml_library() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.leba.kernel.config")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson.dataformat..")
                .check(KERNEL);
    }

    @Test
    void this_package_hands_out_no_type_of_a_library() {
        noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.leba.kernel.config")
                .and()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should()
                .haveRawReturnType(JavaClass.Predicates.resideInAnyPackage("org.yaml..", "com.fasterxml.."))
                .check(KERNEL);
    }

    @Test
    void this_package_uses_no_other_package_of_the_kernel() {
        classes()
                .that()
                .resideInAPackage("io.leba.kernel.config")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "io.leba.kernel.config", "io.leba.spi..", "org.yaml..", "com.fasterxml.jackson..")
                .check(KERNEL);
    }
}
