package dev.exoflux.mesh.membership;

/** The group of peers as this one takes part in it. Messages to one peer arrive in order, or not at all when it is lost. */
interface Group extends AutoCloseable {

    /** What comes from the group; called by its threads, which must not be kept waiting. */
    interface Listener {

        void view(GroupView view);

        void message(String from, byte[] bytes);
    }

    /** To a member; nothing happens where there is none of that id. May wait for a slow reader: a second or so. */
    void send(String to, byte[] bytes);

    /** To all others. May wait likewise. */
    void broadcast(byte[] bytes);

    /** Leaves; the others know at once. */
    @Override
    void close();
}
