package dev.exoflux.mesh.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ExtendedUUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group over JGroups. An address carries its peer's id and which of its starts this is: when a restarted peer joins
 * before its old address was found dead, the view holds both, and the newer start counts.
 */
final class JGroupsGroup implements Group, Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(JGroupsGroup.class);

    private static final String ID = "id";
    private static final String START = "start";

    private final JChannel channel;
    private final Listener listener;
    private volatile Map<String, Address> addresses = Map.of();

    private JGroupsGroup(JChannel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /**
     * Joins, or starts a group where nobody answers within a second.
     *
     * @throws ExofluxException INVALID_CONFIGURATION where the address cannot be bound
     */
    static JGroupsGroup join(
            ClusterSettings settings, PeerIdentity self, ClusterKey key, Rejections rejections, Listener listener) {
        InetAddress given = settings.bind();
        InetAddress bind = given == null ? BindAddress.choose() : given;
        JGroupsStack stack = new JGroupsStack(settings, bind, key, rejections);
        try {
            return join(stack, true, settings, self, listener);
        } catch (ExofluxException e) {
            throw e;
        } catch (Exception e) {
            return joinUnheard(stack, settings, bind, self, listener, e);
        }
    }

    /** Where the network has no multicast, the others may still know this peer as a seed. */
    private static JGroupsGroup joinUnheard(
            JGroupsStack stack,
            ClusterSettings settings,
            InetAddress bind,
            PeerIdentity self,
            Listener listener,
            Exception first) {
        try {
            JGroupsGroup group = join(stack, false, settings, self, listener);
            LOG.warn("Peers cannot be found by multicast on {}: {}. Maybe name them with --seeds.", bind, cause(first));
            return group;
        } catch (Exception e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The cluster's port cannot be opened on %s: %s.\nMaybe choose another address or port."
                            .formatted(bind.getHostAddress(), cause(e)),
                    e);
        }
    }

    private static String cause(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static JGroupsGroup join(
            JGroupsStack stack, boolean beacon, ClusterSettings settings, PeerIdentity self, Listener listener)
            throws Exception {
        JChannel channel = new JChannel(stack.protocols(beacon));
        JGroupsGroup group = new JGroupsGroup(channel, listener);
        channel.setName(self.name());
        channel.addAddressGenerator(() -> address(self));
        channel.setReceiver(group);
        try {
            channel.connect(settings.cluster());
        } catch (Exception e) {
            channel.close();
            throw e;
        }
        group.sayPort(settings);
        return group;
    }

    private static Address address(PeerIdentity self) {
        return ExtendedUUID.randomUUID(self.name())
                .put(ID, self.id().getBytes(UTF_8))
                .put(START, Long.toString(self.start()).getBytes(UTF_8));
    }

    private void sayPort(ClusterSettings settings) {
        if (settings.port() != 0 && port() != settings.port()) {
            LOG.info("Port {} is taken: the cluster's port of this peer is {}", settings.port(), port());
        }
    }

    /** Where the others connect to. */
    IpAddress listening() {
        return (IpAddress) channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, channel.getAddress()));
    }

    int port() {
        return listening().getPort();
    }

    @Override
    public void viewAccepted(View view) {
        Map<String, Address> newest = new LinkedHashMap<>();
        for (Address address : view.getMembers()) {
            String id = text(address, ID);
            if (id != null) {
                Address other = newest.get(id);
                if (other == null || start(other) <= start(address)) {
                    newest.remove(id);
                    newest.put(id, address);
                }
            }
        }
        addresses = Map.copyOf(newest);
        warnOfTwins(newest);
        if (!newest.isEmpty()) {
            listener.view(new GroupView(new ArrayList<>(newest.keySet()), view instanceof MergeView));
        }
    }

    /** Another machine that has a copy of this one's data directory. */
    private void warnOfTwins(Map<String, Address> newest) {
        Address own = channel.getAddress();
        if (own != null && !newest.containsValue(own)) {
            LOG.warn(
                    "Another peer has the id {} of this one and started later. "
                            + "Maybe its data directory is a copy of this one's: then delete EXOFLUX_HOME/peers there.",
                    text(own, ID));
        }
    }

    private static long start(Address address) {
        String start = text(address, START);
        return start != null && start.matches("[0-9]{1,18}") ? Long.parseLong(start) : 0;
    }

    private static @Nullable String text(Address address, String key) {
        byte[] value = address instanceof ExtendedUUID uuid ? uuid.get(key) : null;
        return value == null ? null : new String(value, UTF_8);
    }

    @Override
    public void receive(Message message) {
        String from = text(message.getSrc(), ID);
        if (from != null
                && message instanceof BytesMessage bytes
                && !message.getSrc().equals(channel.getAddress())) {
            listener.message(from, bytes.getBytes());
        }
    }

    @Override
    public void send(String to, byte[] bytes) {
        Address address = addresses.get(to);
        if (address != null) {
            post(new BytesMessage(address, bytes));
        }
    }

    @Override
    public void broadcast(byte[] bytes) {
        post(new BytesMessage(null, bytes).setFlag(Message.TransientFlag.DONT_LOOPBACK));
    }

    private void post(Message message) {
        try {
            channel.send(message);
        } catch (Exception e) {
            LOG.debug("not sent to {}: {}", message.getDest(), e.getMessage());
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
