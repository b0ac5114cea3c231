package dev.exoflux.mesh.weights;

import dev.exoflux.model.weights.ByteRange;
import dev.exoflux.model.weights.ByteRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bytes of a file that are fetched in one go. */
record Piece(String file, ByteRange range) {

    /** Cuts what is missing of each file, in the order of names and places. */
    static List<Piece> cut(Map<String, ByteRanges> missing, int pieceBytes) {
        List<Piece> pieces = new ArrayList<>();
        missing.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            for (ByteRange range : entry.getValue().list()) {
                for (long from = range.from(); from < range.to(); from += pieceBytes) {
                    long to = Math.min(range.to(), from + pieceBytes);
                    pieces.add(new Piece(entry.getKey(), new ByteRange(from, to)));
                }
            }
        });
        return pieces;
    }

    /** For people. */
    @Override
    public String toString() {
        return "bytes %d to %d of %s".formatted(range.from(), range.to(), file);
    }
}
