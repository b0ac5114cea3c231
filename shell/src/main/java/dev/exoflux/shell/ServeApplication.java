package dev.exoflux.shell;

import dev.exoflux.starter.ExofluxAutoConfiguration;
import dev.exoflux.web.ExofluxServer;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/** The Spring application behind {@code exoflux serve}. */
@ExofluxServer
@ImportAutoConfiguration(ExofluxAutoConfiguration.class)
class ServeApplication {}
