/**
 * A chat's connection. The resume key that this browser keeps opens the same conversation after a reload, in a
 * new tab, after a long sleep.
 */
const storageKey = 'headgate.chat';
let kept = null; // where the browser stores nothing: for as long as the page is there

const remembered = () => {
  try {
    return localStorage.getItem(storageKey) ?? kept;
  } catch {
    return kept;
  }
};

const remember = (resume) => {
  kept = null;
  try {
    if (resume) localStorage.setItem(storageKey, resume);
    else localStorage.removeItem(storageKey);
  } catch {
    kept = resume;
  }
};

export const forget = () => remember(null);

/** One tab at a time: two that are opened at once get one conversation. */
async function alone(work) {
  try {
    localStorage.getItem(storageKey);
  } catch {
    return work(); // nothing is shared, so there is nothing to wait for
  }
  return navigator.locks ? navigator.locks.request(storageKey, work) : work();
}

async function call(url, { token, body, signal, method = body ? 'POST' : 'GET' }) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.any([AbortSignal.timeout(15_000), ...(signal ? [signal] : [])]),
  });
  if (!response.ok) throw new Error(`${response.status}`);
  return response;
}

/**
 * A token for this browser's conversation and the address of its stream: from the start, or where it is the one
 * of `line` after what that has heard. `isWanted` says at the end whether the key is still to be kept.
 */
export async function openConversation({ locale, line, signal, isWanted }) {
  const granted = await alone(async () => {
    const body = { locale, resume: remembered() ?? undefined };
    const answer = await (await call('/webchat/token', { body, signal })).json();
    if (isWanted()) remember(answer.resume);
    return answer;
  });
  const { token, domain, conversationId } = granted;
  const isSame = line?.conversationId === conversationId;
  const address = `${domain}/conversations${isSame ? `/${conversationId}?watermark=${line.watermark()}` : ''}`;
  const opened = await call(address, { token, signal, body: isSame ? undefined : { locale } });
  return { ...granted, ...(await opened.json()) };
}

/** A socket must open within this, in milliseconds. */
const patience = 6_000;
/** After so many sockets that never opened the network lets none through, and we ask each second instead. */
const mostBlocked = 2;
let blocked = 0;

/**
 * Microsoft's Direct Line client, with a socket that stays: beneath it real ones come and go, each from where the
 * last one ended, so that the conversation on the screen, what is typed and what waits to be sent stay too.
 * `onChange` hears whether the line is up.
 */
export function connect({ token, streamUrl, domain, conversationId }, onChange) {
  // A film from a phone takes longer to send than Direct Line's 20 seconds.
  const directLine = window.WebChat.createDirectLine({
    token,
    domain,
    conversationId,
    streamUrl,
    timeout: 180_000,
  });
  let face = null;
  let under = null;

  function follow(address) {
    under?.close();
    if (blocked >= mostBlocked) return void ask();
    const socket = new WebSocket(address);
    under = socket;
    let hasOpened = false;
    const ended = () => {
      clearTimeout(waiting);
      if (under !== socket) return;
      under = null;
      if (!hasOpened) blocked += 1;
      socket.close();
      onChange(false);
    };
    const waiting = setTimeout(ended, patience);
    socket.onopen = () => {
      clearTimeout(waiting);
      hasOpened = true;
      blocked = 0;
      if (under !== socket) return socket.close();
      onChange(true);
    };
    socket.onmessage = (message) => under === socket && face.onmessage(message);
    socket.onclose = ended;
  }

  /** The same without a socket: what came after the watermark, again and again. */
  async function ask() {
    const poll = { close: () => {}, send: () => {} };
    under = poll;
    while (under === poll) {
      try {
        const address = `${domain}/conversations/${conversationId}/activities?watermark=${directLine.watermark}`;
        const data = await (await call(address, { token: directLine.token })).text();
        if (under !== poll) return;
        face.onmessage({ data });
        onChange(true);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      } catch {
        if (under !== poll) return;
        under = null;
        onChange(false);
      }
    }
  }

  function end() {
    under?.close();
    under = null;
    directLine.end();
  }

  directLine.services.WebSocket = class {
    readyState = 1;
    constructor(address) {
      face = this;
      follow(address);
      setTimeout(() => this.onopen?.());
    }
    send(text) {
      if (under?.readyState === 1) under.send(text);
    }
    close() {
      under?.close();
      under = null;
    }
  };
  return {
    directLine,
    conversationId,
    // Our server takes a message once, however often it comes; another may not.
    takesRepeats: new URL(domain).origin === location.origin,
    watermark: () => directLine.watermark,
    resume(granted) {
      directLine.reconnect(granted);
      if (face) follow(granted.streamUrl);
    },
    end,
  };
}
