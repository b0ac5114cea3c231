package dev.exoflux.pipeline.placement.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ExofluxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanFileTest {

    private static final String MODEL = "\"model\":{\"layers\":4,\"bytesPerLayer\":10,\"hidden\":8}";
    private static final String PEERS =
            "\"peers\":[{\"id\":\"a\",\"memoryFreeBytes\":100},{\"id\":\"b\",\"memoryFreeBytes\":1}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|JSON object",
                "{|well-formed",
                "{\"peers\":[]}|model is missing",
                "{MODEL}|peers is missing",
                "{MODEL,\"peers\":7}|peers is 7, not an array",
                "{MODEL,\"peers\":[3]}|peers[0] is 3",
                "{MODEL,\"peers\":[{\"memoryFreeBytes\":1}]}|peers[0].id is missing",
                "{MODEL,\"peers\":[{\"id\":\"a\"}]}|peers[0].memoryFreeBytes is missing",
                "{MODEL,\"peers\":[{\"id\":\"a\",\"memoryFreeBytes\":-1}]}|peers[0].memoryFreeBytes is -1",
                "{MODEL,\"peers\":[{\"id\":\"a\",\"memoryFreeBytes\":\"1\"}]}|peers[0].memoryFreeBytes is \"1\"",
                "{MODEL,\"peers\":[{\"id\":\"a\",\"memoryFreeBytes\":1,\"weightBytesPerSecond\":-2}]}|peers[0].weightBytesPerSecond is -2",
                "{MODEL,\"peers\":[{\"id\":\"a\",\"memoryFreeBytes\":1},{\"id\":\"a\",\"memoryFreeBytes\":1}]}|Two peers have the id a",
                "{MODEL,PEERS,\"links\":[{\"from\":\"a\",\"to\":\"z\"}]}|links[0].to is \"z\", not the id of a peer",
                "{MODEL,PEERS,\"links\":[{\"from\":\"a\",\"to\":\"a\"}]}|links[0].to is \"a\"",
                "{MODEL,PEERS,\"links\":[{\"from\":\"a\",\"to\":\"b\",\"kind\":\"rope\"}]}|links[0].kind is \"rope\", not one of",
                "{MODEL,PEERS,\"constraints\":{\"strategy\":\"magic\"}}|constraints.strategy is \"magic\", not one of pipeline, tensor, auto",
                "{MODEL,PEERS,\"constraints\":{\"stages\":1.5}}|constraints.stages is 1.5",
                "{MODEL,PEERS,\"constraints\":{\"peers\":[1]}}|constraints.peers is [1]",
                "{PEERS,\"model\":{\"layers\":0,\"bytesPerLayer\":1,\"hidden\":1}}|model.layers is 0",
                "{PEERS,\"model\":{\"layers\":1,\"bytesPerLayer\":1}}|model.hidden is missing",
                "{PEERS,\"model\":\"gpt-7\"}|gpt-7"
            })
    void namesTheFieldAtFault(String text, String told) {
        assertThatThrownBy(() -> PlanFile.parse(text.replace("MODEL", MODEL).replace("PEERS", PEERS)))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining(told);
    }

    @Test
    void tellsWhatItIgnores() {
        PlanFile file = PlanFile.parse("{%s,%s,\"why\":\"\",\"constraints\":{\"minPeer\":1}}".formatted(MODEL, PEERS));
        assertThat(file.remarks()).containsExactly("constraints.minPeer means nothing here and is ignored.");
        assertThat(file.plan().ring()).containsExactly("a");
    }

    @Test
    void takesAModelOfTheCatalogue() {
        String peer = "\"peers\":[{\"id\":\"a\",\"memoryFreeBytes\":68719476736}]";
        assertThat(PlanFile.parse("{\"model\":\"llama-3.3-70b\",%s}".formatted(peer))
                        .plan()
                        .ring())
                .containsExactly("a");
        PlanFile eight = PlanFile.parse("{\"model\":{\"name\":\"llama-3.3-70b\",\"bits\":8},%s}".formatted(peer));
        assertThatThrownBy(eight::plan).hasMessageContaining("llama-3.3-70b does not fit");
    }
}
