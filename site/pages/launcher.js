/** The button that opens the chat. Nothing else of the chat is loaded before it is pressed. */
const button = document.querySelector('#chat-launcher');
const badge = button.querySelector('.badge');
const notice = document.querySelector('#chat-notice');
const nonce = document.querySelector('link[nonce]')?.nonce;
const phone = matchMedia('(max-width: 640px), (max-height: 560px)');
const { language, name, phone: number, phoneLink } = document.body.dataset;
let panel = null;
let loading = null;
let opener = button;
let unread = 0;

const keep = (open) => {
  try {
    sessionStorage.setItem('headgate.open', open ? '1' : '');
  } catch {
    // a browser that keeps nothing: the chat is closed after a reload
  }
};

const load = async () => {
  const style = Object.assign(document.createElement('link'), {
    rel: 'stylesheet',
    href: '{{assets/panel.css}}',
  });
  const styled = new Promise((resolve, reject) => {
    style.onload = resolve;
    style.onerror = reject;
  });
  document.head.append(style);
  const [{ createPanel }] = await Promise.all([import('{{assets/panel.js}}'), styled]);
  const made = createPanel({
    name,
    phone: number,
    phoneLink,
    language,
    nonce,
    onClose: close,
    onMessage: heard,
  });
  button.before(made.element);
  return made;
};

const heard = () => {
  if (panel?.element.hidden) unread += 1;
  badge.textContent = unread || '';
};

/** On a phone the chat is all there is; beside a page it is a panel, and the page stays in reach. */
const settle = () => {
  const isOpen = panel !== null && !panel.element.hidden;
  const covers = isOpen && phone.matches;
  for (const element of document.body.children)
    if (element !== panel?.element && element.localName !== 'script') element.inert = covers;
  document.documentElement.classList.toggle('chat-covers', covers);
  panel?.element.setAttribute('aria-modal', String(covers));
  // A phone's Back closes the chat and stays on the page.
  if (covers && !history.state?.chat) history.pushState({ chat: true }, '');
  button.setAttribute('aria-expanded', String(isOpen));
};

const open = async ({ from = button, say = '', focus = true } = {}) => {
  opener = from;
  notice.hidden = true;
  button.setAttribute('aria-busy', 'true');
  try {
    loading ??= load();
    panel = await loading;
  } catch {
    loading = null;
    notice.hidden = false;
    return;
  } finally {
    button.removeAttribute('aria-busy');
  }
  panel.element.hidden = false;
  unread = 0;
  badge.textContent = '';
  keep(true);
  settle();
  if (focus) panel.focus();
  if (say) panel.say(say);
};

const close = () => {
  panel.element.hidden = true;
  keep(false);
  settle();
  opener.focus();
  if (history.state?.chat) history.back();
};

/** A second click right after the first is one of those that people make everywhere. */
const onClick = (element, act) => {
  let last = -1_000;
  element.addEventListener('click', ({ timeStamp }) => {
    if (timeStamp - last < 500) return;
    last = timeStamp;
    act();
  });
};

addEventListener('popstate', () => panel && !panel.element.hidden && phone.matches && close());
onClick(button, () => (panel && !panel.element.hidden ? close() : open()));
phone.addEventListener('change', settle);
for (const start of document.querySelectorAll('[data-chat]')) {
  start.hidden = false;
  onClick(start, () => open({ from: start, say: start.dataset.chat }));
}
button.hidden = false;
try {
  if (sessionStorage.getItem('headgate.open')) void open({ focus: false });
} catch {
  // see above
}
