package io.leba.kernel.traffic;

/**
 * Stands before an extension that exchanges hold on to for as long as they last. Once detached it leads to the extension no
 * more, so that its plugin can be unloaded while such an exchange goes on. Any thread.
 */
public interface Detachable {
    /** Lets go of the extension; what is called from now on does nothing. */
    void detach();
}
