import { connect, forget, newToken } from '{{assets/connection.js}}';
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

/**
 * Runs a chat in `element`. `onState` hears loading, online, lost and failed; `onSpeaker` who answers ('' is
 * the bot); `onMessage` that something was said to the customer.
 */
export function startChat({ element, language, nonce, onState, onSpeaker, onMessage }) {
  const { locale } = wordsFor(language);
  const names = new Set();
  let state = '';
  let current = null;
  let attempt = 0;
  let timer = 0;
  let waiting = null; // what the page wants said as soon as the chat is there

  function become(next) {
    clearTimeout(timer);
    if (next === 'lost') timer = setTimeout(reconnect, 5_000 + Math.random() * 3_000);
    if (state !== next) onState(next);
    state = next;
  }

  /** A new token and a new client in the same conversation; what was typed and not sent is kept. */
  async function reconnect() {
    const mine = ++attempt;
    const typed = current?.store.getState().sendBoxValue;
    if (!current) become('loading');
    try {
      const [granted] = await Promise.all([newToken(locale), loadWebChat()]);
      if (mine !== attempt) return;
      current?.directLine.end();
      render(mine, granted, typed);
    } catch {
      if (mine === attempt) become(current ? 'lost' : 'failed');
    }
  }

  function render(mine, granted, typed) {
    const isCurrent = () => mine === attempt;
    const directLine = connect(
      granted,
      locale,
      (isOpen) => isCurrent() && become(isOpen ? 'online' : 'lost'),
    );
    const store = window.WebChat.createStore({}, ({ dispatch }) => (next) => (action) => {
      if (action.type === 'DIRECT_LINE/CONNECT_FULFILLED')
        setTimeout(() => isCurrent() && sayWaiting(dispatch));
      return next(action.type === 'DIRECT_LINE/INCOMING_ACTIVITY' ? heard(action) : action);
    });
    if (typed) store.dispatch({ type: 'WEB_CHAT/SET_SEND_BOX', payload: { text: typed } });
    directLine.connectionStatus$.subscribe((now) => {
      if (!isCurrent()) return;
      if (now === status.expired || now === status.ended) setTimeout(reconnect);
      else if (now === status.failed) become(current ? 'lost' : 'failed');
    });
    current = { directLine, store };
    window.WebChat.renderWebChat(
      {
        key: String(mine),
        directLine,
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

  /** A CSR's line carries the name; a line from our side may have links. */
  function heard(action) {
    const { activity } = action.payload;
    const { from = {}, type, text, textFormat } = activity;
    if (type !== 'message' || from.role !== 'bot') return action;
    const name = from.id === 'csr' ? from.name : '';
    if (name) names.add(name);
    onSpeaker(name);
    onMessage();
    if (!text || (textFormat && textFormat !== 'plain')) return action;
    const shown = { ...activity, textFormat: 'markdown', text: name ? `${name}\n${text}` : text };
    return { ...action, payload: { ...action.payload, activity: shown } };
  }

  function sayWaiting(dispatch) {
    if (waiting) dispatch({ type: 'WEB_CHAT/SEND_MESSAGE', payload: { method: 'keyboard', text: waiting } });
    waiting = null;
  }

  function say(text) {
    waiting = text;
    if (state === 'online') sayWaiting(current.store.dispatch);
  }

  function startOver() {
    forget();
    onSpeaker('');
    current?.store.dispatch({ type: 'WEB_CHAT/SET_SEND_BOX', payload: { text: '' } });
    return reconnect();
  }

  addEventListener('offline', () => state === 'online' && become('lost'));
  addEventListener('online', () => state === 'lost' && reconnect());
  void reconnect();
  return { reconnect, say, startOver };
}
