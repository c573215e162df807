/**
 * A chat's connection: a token by the resume key that this browser keeps, and a Direct Line client that tells
 * when its socket is lost. The key opens the same conversation after a reload, in a new tab, after a long sleep.
 */
const storageKey = 'headgate.chat';

const remembered = () => {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // a browser that keeps nothing: the chat lasts as long as the page
  }
};

const remember = (resume) => {
  try {
    if (resume) localStorage.setItem(storageKey, resume);
    else localStorage.removeItem(storageKey);
  } catch {
    // see above
  }
};

export const forget = () => remember(null);

export async function newToken(locale) {
  const response = await fetch('/webchat/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ locale, resume: remembered() ?? undefined }),
    signal: AbortSignal.timeout(15_000),
  });
  if (!response.ok) throw new Error(`token ${response.status}`);
  const granted = await response.json();
  remember(granted.resume);
  return granted;
}

/** Direct Line reports Online although its socket is gone, so the socket itself is watched. */
export function connect({ token, domain }, locale, onSocket) {
  const directLine = window.WebChat.createDirectLine({
    token,
    domain: domain ?? `${location.origin}/v3/directline`,
    conversationStartProperties: { locale },
  });
  directLine.services.WebSocket = class extends WebSocket {
    constructor(address) {
      super(address);
      this.addEventListener('open', () => onSocket(true));
      this.addEventListener('close', () => onSocket(false));
    }
  };
  return directLine;
}
