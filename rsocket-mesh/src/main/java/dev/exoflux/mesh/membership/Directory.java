package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of each peer in the view, put together as a topology. For one thread. */
final class Directory {

    private final Map<String, Report> reports = new HashMap<>();
    private final Set<String> early = new HashSet<>(); // those who are in no view yet, and spoke since the last one
    private GroupView view;
    private Report own;

    Directory(Report own) {
        this.own = own;
        this.view = new GroupView(List.of(own.peer().id()));
    }

    /** Takes a new view; returns the members that were not there before, this peer not among them. */
    List<String> view(GroupView next) {
        Set<String> before = new HashSet<>(view.members());
        view = next;
        reports.keySet().removeIf(id -> !next.members().contains(id) && !early.contains(id));
        early.clear();
        return next.members().stream()
                .filter(id -> !before.contains(id) && !id.equals(own.peer().id()))
                .toList();
    }

    void own(Report report) {
        own = report;
    }

    /**
     * A report may come before the view that its sender is in, and another view between the two. It is remembered over that one: its
     * sender, who has this peer in view, may have nothing new to say for a while.
     */
    void said(String from, Report report) {
        Report known = reports.get(from);
        boolean about =
                report.peer().id().equals(from) && !from.equals(own.peer().id());
        if (about && (known == null || report.isNewerThan(known))) {
            reports.put(from, report);
            if (!view.members().contains(from)) {
                early.add(from);
            }
        }
    }

    @Nullable
    Report report(String id) {
        return reports.get(id);
    }

    GroupView view() {
        return view;
    }

    /** The peers in view that have said what they are. */
    Topology topology() {
        List<PeerInfo> peers = new ArrayList<>();
        List<Link> links = new ArrayList<>(own.links());
        peers.add(own.peer());
        for (String id : view.members()) {
            Report report = reports.get(id);
            if (report != null) {
                peers.add(report.peer());
                report.links().stream().filter(link -> link.from().equals(id)).forEach(links::add);
            }
        }
        return Topology.among(own.peer().id(), view.coordinator(), peers, links);
    }
}
