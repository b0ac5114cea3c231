package dev.exoflux.pipeline.placement.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TopologyFormatTest {

    /** Two links between the same two, one with an RDMA device, and a name that every format has to quote. */
    private static final Topology TOPOLOGY = new Topology(
            "a",
            "b",
            List.of(
                    PeerInfo.builder("a")
                            .name("Ada's <\"Mac\"> & \\co\u0001")
                            .memoryFreeBytes(3L << 30)
                            .weightBytesPerSecond(1.5e11)
                            .build(),
                    PeerInfo.builder("b").build()),
            List.of(
                    new Link("a", "b", Link.Kind.ETHERNET, "10.0.0.2", 300, 1e9, null),
                    new Link("a", "b", Link.Kind.RDMA, "", 10, 6e9, "rdma_en3"),
                    new Link("b", "a", Link.Kind.WIFI, "", 0, 0, null)));

    @ParameterizedTest
    @EnumSource
    void isFoundByItsSpellingAndWritesAnEmptyTopologyToo(TopologyFormat format) {
        assertThat(TopologyFormat.of(format.spelling())).contains(format);
        assertThat(format.write(Topology.EMPTY)).endsWith("\n");
    }

    @Test
    void tellsPeopleWhatIsKnown() {
        assertThat(TopologyFormat.TEXT.write(TOPOLOGY))
                .contains("3.0 GiB", "150.00 GB/s", "this peer", "coordinator", "rdma_en3", "300 us");
    }

    @Test
    void quotesForGraphviz() {
        assertThat(TopologyFormat.DOT.write(TOPOLOGY))
                .startsWith("digraph exoflux {")
                .contains("\\\"Mac\\\"", "\"a\" -> \"b\" [label=\"rdma 10 us\"]");
    }

    @Test
    void isWellFormedXmlThatKeepsParallelLinks() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        TopologyFormat.GRAPHML.write(TOPOLOGY).getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("node").getLength()).isEqualTo(2);
        assertThat(document.getElementsByTagName("edge").getLength()).isEqualTo(3);
        Element edge = (Element) document.getElementsByTagName("edge").item(1);
        assertThat(edge.getAttribute("source")).isEqualTo("a");
        assertThat(document.getElementsByTagName("data").item(0).getTextContent())
                .isEqualTo("Ada's <\"Mac\"> & \\co?");
    }

    @Test
    void isNodeLinkDataOfADirectedMultigraph() {
        JsonNode json = new JsonMapper().readTree(TopologyFormat.JSON.write(TOPOLOGY));
        assertThat(json.path("directed").booleanValue()).isTrue();
        assertThat(json.path("multigraph").booleanValue()).isTrue();
        assertThat(json.path("edges")).isEqualTo(json.path("links")).hasSize(3);
        assertThat(json.path("edges").path(1).path("key").intValue()).isEqualTo(1);
        assertThat(json.path("nodes").path(0).path("memoryFreeBytes").longValue())
                .isEqualTo(3L << 30);
        assertThat(json.path("graph").path("coordinator").stringValue()).isEqualTo("b");
    }

    /** networkx passes attributes to Python methods as keywords, beside these. */
    @Test
    void namesNoAttributeAsPythonsMethodsNameTheirs() {
        JsonNode json = new JsonMapper().readTree(TopologyFormat.JSON.write(TOPOLOGY));
        assertThat(json.path("nodes").path(0).propertyNames())
                .contains("isSelf")
                .doesNotContain("self", "node_for_adding");
        assertThat(TopologyFormat.GRAPHML.write(TOPOLOGY)).doesNotContain("attr.name=\"self\"");
    }
}
