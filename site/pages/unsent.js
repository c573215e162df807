/**
 * A customer's own messages until the server has said them back. What is there when the line comes back is sent
 * again under the same clientActivityID, by which the server takes a message once. Texts outlive a reload of
 * their tab, files do not. `onRefused` hears which was sent again and is never taken, and the status.
 */
const retryMs = 3_000;
const idOf = (activity) => activity.channelData?.clientActivityID;

export function createUnsent({ directLine, conversationId, takesRepeats }, isOnline, onRefused) {
  const storageKey = `headgate.unsent.${conversationId}`;
  const waiting = new Map(stored().map((activity) => [idOf(activity), activity]));
  const uploading = new Set();
  const post = directLine.postActivity.bind(directLine);

  function stored() {
    try {
      return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]');
    } catch {
      return [];
    }
  }

  function store() {
    const texts = [...waiting.values()].filter(({ attachments }) => !attachments?.length);
    try {
      if (texts.length > 0) sessionStorage.setItem(storageKey, JSON.stringify(texts));
      else sessionStorage.removeItem(storageKey);
    } catch {
      // a browser that keeps nothing: it lasts as long as the page
    }
  }

  /** Direct Line answers "retry" for what did not get through. */
  directLine.postActivity = (activity) => {
    const id = idOf(activity);
    if (activity.type !== 'message' || !id) return post(activity);
    if (!waiting.has(id)) {
      waiting.set(id, activity);
      store();
    }
    if (activity.attachments?.length) uploading.add(id);
    return post(activity).do(
      (answer) => {
        uploading.delete(id);
        if (answer === 'retry') setTimeout(() => isOnline() && again(), retryMs);
      },
      () => uploading.delete(id), // refused: the chat drops it, and the customer sees it and decides
    );
  };

  /** It is taken, or never will be; answers what it was. */
  function drop(id) {
    uploading.delete(id);
    const activity = waiting.get(id);
    if (waiting.delete(id)) store();
    return activity;
  }

  /** Sends all that waits, oldest first; a file that is on its way is not sent beside itself. */
  function again() {
    if (!takesRepeats) return;
    for (const [id, activity] of waiting)
      if (!uploading.has(id))
        directLine.postActivity(activity).subscribe({ error: ({ status }) => onRefused(id, status) });
  }

  function clear() {
    waiting.clear();
    store();
  }

  return { again, drop, clear };
}
