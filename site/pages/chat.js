import { connect, forget, openConversation } from '{{assets/connection.js}}';
import { createUnsent } from '{{assets/unsent.js}}';
import { wordsFor } from '{{assets/words.js}}';

const status = { expired: 3, failed: 4, ended: 5 };

/** Three dots that breathe; WebChat's own come on a light box that is a stain in the dark. */
const dots = [10, 30, 50]
  .map(
    (x, index) =>
      `<circle cx='${x}' cy='10' r='5'><animate attributeName='opacity' values='.3;1;.3' dur='1.2s' begin='${index * 0.2}s' repeatCount='indefinite'/></circle>`,
  )
  .join('');
const typing = `<svg xmlns='http://www.w3.org/2000/svg' width='64' height='20' fill='#71817f'>${dots}</svg>`;

const style = {
  rootHeight: '100%',
  rootWidth: '100%',
  accent: 'var(--hg-accent)',
  subtle: 'var(--hg-subtle)',
  backgroundColor: 'var(--hg-back)',
  primaryFont: 'inherit',
  bubbleBackground: 'var(--hg-bot)',
  bubbleTextColor: 'var(--hg-ink)',
  bubbleBorderColor: 'var(--hg-line)',
  bubbleBorderRadius: 12,
  bubbleFromUserBackground: 'var(--hg-accent)',
  bubbleFromUserTextColor: 'var(--hg-on-accent)',
  bubbleFromUserBorderColor: 'var(--hg-accent)',
  bubbleFromUserBorderRadius: 12,
  bubbleMaxWidth: 520,
  sendBoxBackground: 'var(--hg-back)',
  sendBoxTextColor: 'var(--hg-ink)',
  sendBoxPlaceholderColor: 'var(--hg-subtle)',
  sendBoxButtonColor: 'var(--hg-accent)',
  sendBoxButtonColorOnHover: 'var(--hg-accent)',
  sendBoxButtonColorOnFocus: 'var(--hg-accent)',
  sendBoxButtonShadeColorOnHover: 'var(--hg-bot)',
  sendBoxButtonShadeColorOnFocus: 'var(--hg-bot)',
  sendBoxBorderTop: 'solid 1px var(--hg-line)',
  sendBoxHeight: 52,
  timestampColor: 'var(--hg-subtle)',
  suggestedActionLayout: 'flow',
  suggestedActionBackgroundColor: 'var(--hg-back)',
  suggestedActionBackgroundColorOnHover: 'var(--hg-bot)',
  suggestedActionTextColor: 'var(--hg-accent)',
  suggestedActionBorderColor: 'var(--hg-accent)',
  suggestedActionBorderRadius: 20,
  suggestedActionHeight: 36,
  // WebChat hardly shows a file that waits to be sent, so it goes when it is chosen.
  sendAttachmentOn: 'attach',
  uploadAccept: 'image/*,video/mp4,video/quicktime,application/pdf,text/plain,.docx,.heic,.heif',
  // What did not get through is sent again when the line is back, so it is not called failed before that.
  sendTimeout: 290_000,
  sendTimeoutForAttachments: 290_000,
  hideScrollToEndButton: false,
  markdownRespectCRLF: true,
  typingAnimationBackgroundImage: `url("data:image/svg+xml,${encodeURIComponent(typing)}")`,
};

/** Text as text: nothing in it becomes markup but web addresses, line breaks, and the name of who wrote. */
const toHtml = (names) => (text) => {
  const escaped = (part) => part.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  const linked = (part) =>
    part
      .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/)
      .map((piece, index) =>
        index % 2 === 1
          ? `<a href="${escaped(piece)}" target="_blank" rel="noopener noreferrer">${escaped(piece)}</a>`
          : escaped(piece),
      )
      .join('');
  const [first, ...rest] = text.split(/\r?\n/);
  const isName = rest.length > 0 && names.has(first);
  const lines = (isName ? rest : [first, ...rest]).map(linked).join('<br />');
  return `<p>${isName ? `<strong>${escaped(first)}</strong><br />` : ''}${lines}</p>`;
};

const loadWebChat = () => {
  if (window.WebChat) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const tag = document.createElement('script');
    tag.src = '{{assets/webchat.js}}';
    tag.onload = () => resolve();
    tag.onerror = () => {
      tag.remove();
      reject(new Error('webchat'));
    };
    document.head.append(tag);
  });
};

/** Tokens last 30 minutes. */
const renewMs = 15 * 60_000;
const mostTries = 3;
/** Answered where the conversation takes nothing more in. */
const ended = 409;

/**
 * Runs a chat in `element`. `onState` hears loading, online, lost and failed; `onSpeaker` who answers ('' is
 * the bot); `onMessage` that something was said to the customer; `onRefused` that what was sent is not taken.
 */
export function startChat({ element, language, nonce, onState, onSpeaker, onMessage, onRefused }) {
  const { locale } = wordsFor(language);
  const names = new Set();
  const known = new Set(); // ids of what was heard: a client that begins anew hears it again
  let state = '';
  let current = null;
  let attempt = 0;
  let shown = 0;
  let wasOnline = false;
  let tries = 0; // before it was ever online
  let cancel = null;
  let timer = 0;
  let waiting = null; // what the page wants said as soon as the chat is there

  function become(next) {
    clearTimeout(timer);
    if (next === 'lost') timer = setTimeout(reconnect, 5_000 + Math.random() * 3_000);
    const isNew = state !== next;
    state = next;
    if (isNew) onState(next);
    if (next !== 'online') return;
    wasOnline = true;
    if (isNew) current.unsent.again();
    sayWaiting();
  }

  function fail() {
    if (!wasOnline && ++tries < mostTries) return reconnect();
    tries = 0;
    become(wasOnline ? 'lost' : 'failed');
  }

  /** A new token and a new stream for the same conversation; only another conversation, or a client that gave up, makes a new one. */
  async function reconnect() {
    const mine = ++attempt;
    const isWanted = () => mine === attempt;
    cancel?.abort();
    cancel = new AbortController();
    if (!wasOnline) become('loading');
    const line = current?.isWorn ? null : current?.line;
    try {
      const [granted] = await Promise.all([
        openConversation({ locale, line, signal: cancel.signal, isWanted }),
        loadWebChat(),
      ]);
      if (!isWanted()) return;
      if (line?.conversationId === granted.conversationId) line.resume(granted);
      else show(granted);
    } catch {
      if (isWanted()) become(wasOnline ? 'lost' : 'failed');
    }
  }

  function show(granted) {
    const before = current;
    const line = connect(granted, (isUp) => isShown() && (isUp ? become('online') : fail()));
    const isShown = () => current?.line === line;
    const store = window.WebChat.createStore({}, () => (next) => (action) => next(passed(action)));
    const unsent = createUnsent(line, () => isShown() && state === 'online', refused);
    current = { line, store, unsent, userId: granted.userId, isWorn: false };
    before?.line.end();
    if (before?.line.conversationId === line.conversationId)
      setSendBox(store, before.store.getState().sendBoxValue);
    line.directLine.connectionStatus$.subscribe((now) => {
      if (!isShown() || ![status.expired, status.failed, status.ended].includes(now)) return;
      if (now !== status.expired) current.isWorn = true;
      setTimeout(reconnect);
    });
    window.WebChat.renderWebChat(
      {
        key: String(++shown),
        directLine: line.directLine,
        store,
        locale,
        nonce,
        userID: granted.userId,
        styleOptions: style,
        sendTypingIndicator: true,
        renderMarkdown: toHtml(names),
      },
      element,
    );
  }

  function passed(action) {
    if (action.type === 'DIRECT_LINE/INCOMING_ACTIVITY') return heard(action);
    if (action.type === 'DIRECT_LINE/POST_ACTIVITY_REJECTED') {
      refused(action.meta.clientActivityID, action.payload?.status);
    }
    return action;
  }

  /** Where the chat was ended, in another tab, what was not taken is said in the one that follows it. */
  function refused(id, code) {
    const lost = current?.unsent.drop(id);
    if (code !== ended) return code && onRefused(code);
    current.isWorn = true;
    if (lost?.text) waiting = lost.text;
    void reconnect();
  }

  /** A CSR's line carries the name; a line from our side may have links. */
  function heard(action) {
    const { activity } = action.payload;
    const { from = {}, type, text, textFormat, channelData = {} } = activity;
    if (from.role === 'user') current?.unsent.drop(channelData.clientActivityID);
    if (type !== 'message' || from.role !== 'bot') return action;
    const speaker = channelData['headgate:speaker']; // lines that belong to nobody leave it as it is
    if (speaker !== undefined) onSpeaker(speaker);
    const name = activity.name ? '' : speaker;
    if (name) names.add(name);
    if (!known.has(activity.id)) onMessage();
    known.add(activity.id);
    if (!text || (textFormat && textFormat !== 'plain')) return action;
    const marked = { ...activity, textFormat: 'markdown', text: name ? `${name}\n${text}` : text };
    return { ...action, payload: { ...action.payload, activity: marked } };
  }

  const setSendBox = (store, text) =>
    store.dispatch({ type: 'WEB_CHAT/SET_SEND_BOX', payload: { text: text ?? '' } });

  function sayWaiting() {
    const text = waiting;
    waiting = null;
    if (text)
      current.store.dispatch({ type: 'WEB_CHAT/SEND_MESSAGE', payload: { method: 'keyboard', text } });
  }

  function say(text) {
    waiting = text;
    if (state === 'online') sayWaiting();
  }

  function startOver() {
    // Nobody shall wait in line for a chat that is over; where this does not get through, a person sees it later.
    current?.line.directLine
      .postActivity({ type: 'endOfConversation', from: { id: current.userId } })
      .subscribe({ error: () => {} });
    forget();
    current?.unsent.clear();
    onSpeaker('');
    if (current) setSendBox(current.store, '');
    return reconnect();
  }

  addEventListener('offline', () => state === 'online' && become('lost'));
  addEventListener('online', () => (state === 'lost' || state === 'failed') && reconnect());
  setInterval(() => state === 'online' && reconnect(), renewMs);
  void reconnect();
  return { reconnect, say, startOver };
}
