/** A plugin is a named module that provides {@code LebaPlugin}. */
module com.example.maintenance {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            com.example.maintenance.MaintenancePlugin;
}
