package dev.exoflux.web;

import org.junit.jupiter.api.Test;
import org.springframework.test.json.JsonCompareMode;

/** {@code /tokenize}, {@code /detokenize} and {@code /apply-template}. */
final class TokensTest {

    private final TestServer server = TestServer.scripted();

    @Test
    void encodesText() {
        post("/tokenize", "{\"model\": \"exoflux/scripted\", \"content\": \"ab\"}", "{\"tokens\": [97, 98]}");
        post("/tokenize", "{\"content\": \"ab\", \"add_special\": true}", "{\"tokens\": [1, 97, 98]}");
        post("/tokenize", "{\"content\": \"\"}", "{\"tokens\": []}");
    }

    @Test
    void showsTheTextOfEachToken() {
        post(
                "/tokenize",
                "{\"content\": \"aé\", \"with_pieces\": true}",
                "{\"tokens\": [{\"id\": 97, \"piece\": \"a\"}, {\"id\": 233, \"piece\": \"é\"}]}");
    }

    @Test
    void decodesTokens() {
        post("/detokenize", "{\"model\": \"exoflux/scripted\", \"tokens\": [97, 233]}", "{\"content\": \"aé\"}");
    }

    @Test
    void rendersMessagesAsTheyAre() {
        post("/apply-template", """
                {"model": "exoflux/scripted", "messages": [{"role": "ipython", "content": [{"type": "image"}], "x": null}]}""", """
                {"prompt": "[{role=ipython, content=[{type=image}], x=null}] {add_generation_prompt=true}"}""");
    }

    @Test
    void survivesHalfASurrogatePair() {
        post(
                "/apply-template",
                "{\"messages\": [{\"role\": \"\\ud800\"}]}",
                "{\"prompt\": \"[{role=?}] {add_generation_prompt=true}\"}");
    }

    @Test
    void takesAnythingElseForATemplateVariable() {
        post("/apply-template", """
                {"messages": [{"role": "user"}], "tools": [{"a": 1.5}], "add_generation_prompt": false, "mine": null}""", """
                {"prompt": "[{role=user}] {tools=[{a=1.5}], add_generation_prompt=false, mine=null}"}""");
        post(
                "/apply-template",
                "{\"messages\": [{\"role\": \"user\"}], \"chat_template_kwargs\": {\"add_generation_prompt\": false}}",
                "{\"prompt\": \"[{role=user}] {add_generation_prompt=false}\"}");
    }

    private void post(String path, String request, String expected) {
        server.post(path, request).expectStatus().isOk().expectBody().json(expected, JsonCompareMode.STRICT);
    }
}
