package dev.exoflux.web;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the HTTP face.
 *
 * @param maxBodySize largest request body
 * @param readerPatience how long the reader of a stream may take nothing before its connection is closed
 * @param heartbeat between two comments on the stream of a cluster's events, so that a quiet cluster is not taken for a lost connection
 * @param allowedOrigins browser origins, as patterns, that may call beside the server's own; by default pages and apps of this machine
 */
@ConfigurationProperties("exoflux.web")
public record ExofluxWebProperties(
        @DefaultValue("4MB") DataSize maxBodySize,
        @DefaultValue("5m") Duration readerPatience,
        @DefaultValue("15s") Duration heartbeat,

        @DefaultValue({
            "http://localhost:[*]",
            "http://127.0.0.1:[*]",
            "http://[::1]:[*]",
            "https://localhost:[*]",
            "app://*",
            "file://*",
            "tauri://*",
            "vscode-webview://*"
        })
        List<String> allowedOrigins) {}
