package dev.exoflux.mesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer asks for when it subscribes: the stream of one stage of a ring. It carries the way there, so that the peer asked
 * knows whom to ask in turn.
 *
 * @param ring name of the ring
 * @param epoch of the placement the ring belongs to
 * @param opening rises with each subscription of the entry: of two the later one counts
 * @param route addresses of the entry, of stage 0, and so on up to the stage asked for
 */
record EdgeRequest(String ring, long epoch, long opening, List<PeerAddress> route) {

    private static final int VERSION = 1;
    private static final int PLACE_BYTES = 6;

    EdgeRequest {
        route = List.copyOf(route);
        if (route.isEmpty()) {
            throw new IllegalArgumentException("a request for nothing of ring " + ring);
        }
    }

    /** The stage whose stream is asked for, from 0; -1 for what the entry sends out. */
    int stage() {
        return route.size() - 2;
    }

    /** Whom to ask. */
    PeerAddress address() {
        return route.getLast();
    }

    /** What the peer asked subscribes to in turn; not for the entry, which asks nobody. */
    EdgeRequest upstream() {
        return new EdgeRequest(ring, epoch, opening, route.subList(0, route.size() - 1));
    }

    byte[] encode() {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(VERSION).writeLongLE(epoch).writeLongLE(opening);
        FrameWriter.text(ring, out);
        out.writeIntLE(route.size());
        for (PeerAddress place : route) {
            FrameWriter.text(place.host(), out);
            out.writeShortLE(place.port());
        }
        return ByteBufUtil.getBytes(out);
    }

    /**
     * Reads a request; the caller still owns the buffer.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL
     */
    static EdgeRequest decode(ByteBuf bytes) {
        FrameReader in = new FrameReader(bytes);
        int version = in.uint8();
        if (version != VERSION) {
            throw WireErrors.damaged("a subscription of version " + version);
        }
        long epoch = in.int64();
        long opening = in.int64();
        String ring = in.text();
        int count = in.count("places of a route", PLACE_BYTES);
        List<PeerAddress> route = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            route.add(place(in));
        }
        in.end();
        if (route.isEmpty()) {
            throw WireErrors.damaged("a subscription to nothing");
        }
        return new EdgeRequest(ring, epoch, opening, route);
    }

    private static PeerAddress place(FrameReader in) {
        String host = in.text();
        int port = in.uint16();
        if (host.isBlank() || port == 0) {
            throw WireErrors.damaged("an address of '%s' and %d".formatted(host, port));
        }
        return new PeerAddress(host, port);
    }

    /** For people. */
    @Override
    public String toString() {
        String part = stage() < 0 ? "the entry" : "stage " + stage();
        return "%s of ring %s at %s".formatted(part, ring, address());
    }
}
