import { startChat } from '{{assets/chat.js}}';
import { reasonOf, refusalOf } from '{{assets/files.js}}';
import { wordsFor } from '{{assets/words.js}}';

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const icon = (path) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
};

const iconButton = (className, label, path) => {
  const button = make('button', { type: 'button', className, title: label }, icon(path));
  button.setAttribute('aria-label', label);
  return button;
};

/** The chat's frame: who answers, what is wrong with the connection, and WebChat itself. */
export function createPanel({ name, phone, phoneLink, language, nonce, onClose, onMessage }) {
  const words = wordsFor(language);
  const title = make('h2', { id: 'hg-title', tabIndex: -1, textContent: words.title });
  const speaker = make('p', { className: 'hg-speaker', textContent: words.bot });
  const over = iconButton('hg-over', words.startOver, 'M4 11a8 8 0 1 1 2.3 6.3M4 4v7h7');
  const close = iconButton('hg-close', words.close, 'M6 6l12 12M18 6L6 18');
  const button = (textContent) => make('button', { type: 'button', textContent });
  const call = () => make('a', { href: phoneLink, textContent: phone });
  const retry = button(words.retry);
  const lost = make('p', {}, `${words.lost} `, call());
  const banner = make('div', { className: 'hg-banner', hidden: true }, lost, retry);
  const live = make('div', {}, banner); // always there, so that screen readers hear what comes into it
  live.setAttribute('role', 'status');
  const dismiss = iconButton('hg-dismiss', words.dismiss, 'M6 6l12 12M18 6L6 18');
  const refused = make('p');
  const notice = make('div', { className: 'hg-banner hg-notice', hidden: true }, refused, dismiss);
  notice.setAttribute('role', 'alert');
  const [yes, no] = [button(words.startOverYes), button(words.startOverNo)];
  const question = make(
    'div',
    { className: 'hg-banner hg-question', hidden: true },
    make('p', { id: 'hg-question', textContent: words.startOverAsk }),
    yes,
    no,
  );
  question.setAttribute('role', 'group');
  question.setAttribute('aria-labelledby', 'hg-question');
  const mount = make('div', { className: 'hg-mount' });
  const loading = make('p', { className: 'hg-loading', textContent: words.loading });
  loading.setAttribute('role', 'status');
  const again = button(words.again);
  const failure = make(
    'div',
    { className: 'hg-failure', hidden: true },
    make('p', { textContent: words.failed }),
    make('p', {}, `${words.call} `, call()),
    again,
  );
  failure.setAttribute('role', 'alert');
  const heading = make(
    'div',
    { className: 'hg-heading' },
    make('p', { className: 'hg-name', textContent: name }),
    title,
    speaker,
  );
  const element = make(
    'section',
    { id: 'hg-panel', className: 'hg-panel' },
    make('header', {}, heading, over, close),
    live,
    question,
    notice,
    loading,
    failure,
    mount,
  );
  element.setAttribute('role', 'dialog');
  element.setAttribute('aria-labelledby', 'hg-title');

  const chat = startChat({
    element: mount,
    language,
    nonce,
    onMessage,
    onRefused: (code) => tell(reasonOf(words, code)),
    onSpeaker: (who) => {
      const text = who ? words.person(who) : words.bot;
      if (speaker.textContent !== text) speaker.textContent = text;
    },
    onState: (state) => {
      element.dataset.state = state;
      loading.hidden = state !== 'loading';
      failure.hidden = state !== 'failed';
      mount.hidden = state === 'failed';
      banner.hidden = state !== 'lost';
      if (state === 'online' && document.activeElement === title) focus();
    },
  });

  /** To the box where one writes; on a phone to the heading, so that no keyboard jumps up over the greeting. */
  function focus() {
    const box = mount.querySelector('[data-id="webchat-sendbox-input"]');
    if (box && matchMedia('(hover: hover)').matches) box.focus();
    else title.focus();
  }

  /** Why something was not sent. */
  function tell(reason) {
    refused.textContent = reason;
    notice.hidden = false;
  }

  function asks(isOpen) {
    question.hidden = !isOpen;
    if (isOpen) yes.focus();
  }

  // Before WebChat sees them: a file that the server will not take is not sent at all.
  element.addEventListener(
    'change',
    (event) => {
      if (event.target.type !== 'file') return;
      notice.hidden = true;
      const reason = refusalOf(words, [...event.target.files]);
      if (!reason) return;
      event.stopPropagation();
      event.target.value = '';
      tell(reason);
    },
    true,
  );
  dismiss.addEventListener('click', () => {
    notice.hidden = true;
    focus();
  });
  retry.addEventListener('click', () => chat.reconnect());
  again.addEventListener('click', () => {
    chat.reconnect();
    title.focus();
  });
  close.addEventListener('click', onClose);
  over.addEventListener('click', () => asks(question.hidden));
  yes.addEventListener('click', () => {
    asks(false);
    title.focus();
    chat.startOver();
  });
  no.addEventListener('click', () => {
    asks(false);
    over.focus();
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (question.hidden) return onClose();
    asks(false);
    over.focus();
  });
  return { element, focus, say: chat.say };
}
