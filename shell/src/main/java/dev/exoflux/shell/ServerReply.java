package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.net.URI;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What servers answer, understood. */
final class ServerReply {

    private static final JsonMapper JSON = new JsonMapper();

    private ServerReply() {}

    /** An empty object where it is no JSON: some other program answers there. */
    static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    /** An error in the server's own words. */
    static ExofluxException failure(URI server, int status, String body) {
        JsonNode error = json(body).path("error");
        String message = error.path("message")
                .asString(
                        "%s answers with status %d, and not as an exoflux server does.%nMaybe another program listens there."
                                .formatted(server, status));
        return new ExofluxException(code(status, error.path("code").asString("")), message);
    }

    private static ErrorCode code(int status, String spelling) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().toLowerCase(Locale.ROOT).equals(spelling)) {
                return code;
            }
        }
        return switch (status) {
            case 400 -> ErrorCode.INVALID_REQUEST;
            case 404 -> ErrorCode.MODEL_NOT_FOUND;
            case 429 -> ErrorCode.OVERLOADED;
            case 503 -> ErrorCode.LOADING;
            default -> ErrorCode.INTERNAL;
        };
    }
}
