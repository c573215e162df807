/**
 * Puts the District's chat on another page: <script src="https://…/widget.js" async></script>
 * The button lives in a shadow root, out of reach of the page's styles. The chat itself runs in a frame of the
 * District's own origin: the page can neither read the conversation nor hold its key, and the chat's content
 * security policy is ours, not the page's. `data-language="es"` on the tag chooses Spanish.
 */
(() => {
  const tag = document.currentScript;
  const base = new URL(tag.src).origin;
  const language =
    (tag.dataset.language ?? document.documentElement.lang ?? 'en').slice(0, 2) === 'es' ? 'es' : 'en';
  const words = {
    en: {
      open: 'Chat with us',
      close: 'Close chat',
      frame: 'Chat',
      loading: 'Opening the chat…',
      failed: 'The chat could not be loaded. Please call',
    },
    es: {
      open: 'Chatee con nosotros',
      close: 'Cerrar el chat',
      frame: 'Chat',
      loading: 'Abriendo el chat…',
      failed: 'No se pudo cargar el chat. Llame al',
    },
  }[language];
  const host = document.createElement('headgate-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet(); // a page whose policy forbids style elements allows this
  sheet.replaceSync(`
    :host { all: initial; font: 600 16px/1.3 system-ui, sans-serif; }
    button { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; min-height: 52px; padding: 0 22px;
      border: 2px solid #fff; border-radius: 26px; background: #0b5563; color: #fff; font: inherit; cursor: pointer;
      box-shadow: 0 4px 18px rgb(0 0 0 / .25); }
    button:focus-visible { outline: 3px solid #0b5563; outline-offset: 3px; }
    .panel { position: fixed; right: 20px; bottom: 88px; z-index: 2147483001; width: 400px; max-width: calc(100vw - 40px);
      height: min(640px, calc(100dvh - 108px)); border-radius: 14px; overflow: hidden; background: #fff; color: #1b2a2e;
      box-shadow: 0 12px 40px rgb(0 0 0 / .3); }
    .panel[hidden] { display: none; }
    iframe { position: relative; border: 0; width: 100%; height: 100%; display: block; }
    p { position: absolute; inset: 0 64px auto 0; margin: 0; padding: 24px; font-weight: 400; }
    a { color: #0b5563; font-weight: 600; }
    .panel button { position: absolute; inset: 12px 12px auto auto; z-index: 0; min-height: 44px; width: 44px; padding: 0;
      border: 0; background: none; color: inherit; font-size: 24px; box-shadow: none; }
    @media (max-width: 640px), (max-height: 560px) {
      .panel { inset: 0; width: auto; max-width: none; height: 100dvh; border-radius: 0; } }`);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = words.open;
  button.setAttribute('aria-expanded', 'false');
  const panel = document.createElement('div');
  panel.className = 'panel';
  panel.hidden = true;
  root.append(panel, button);
  const covering = matchMedia('(max-width: 640px), (max-height: 560px)');
  // Under the frame, so to be seen until there is one, and where there will be none.
  const state = document.createElement('p');
  state.setAttribute('role', 'status');
  const out = document.createElement('button');
  out.type = 'button';
  out.textContent = '✕';
  out.setAttribute('aria-label', words.close);
  let frame = null;
  let unread = 0;
  let behind = [];

  const label = () => {
    button.textContent = panel.hidden ? `${words.open}${unread ? ` (${unread})` : ''}` : words.close;
    button.setAttribute('aria-expanded', String(!panel.hidden));
  };
  /** Where the chat covers the page, nothing behind it is in reach. */
  const settle = () => {
    for (const element of behind) element.inert = false;
    const covers = !panel.hidden && covering.matches;
    behind = covers ? [...document.body.children].filter((one) => one !== host && !one.inert) : [];
    for (const element of behind) element.inert = true;
  };
  const load = () => {
    frame = document.createElement('iframe');
    frame.title = words.frame;
    frame.src = `${base}/chat${language === 'es' ? '/es' : ''}`;
    frame.style.opacity = '0'; // until the chat is in it
    frame.style.pointerEvents = 'none';
    state.textContent = words.loading;
    panel.replaceChildren(state, out, frame);
    // A frame that is refused tells nobody; so does one that has not come.
    frame.timer = setTimeout(() => {
      const call = document.createElement('a');
      call.href = '{{phoneLink}}';
      call.textContent = '{{phone}}';
      state.replaceChildren(`${words.failed} `, call, '.');
      panel.replaceChildren(state, out);
      frame = null;
    }, 15_000);
  };
  const open = () => {
    panel.hidden = false;
    unread = 0;
    label();
    settle();
    if (!frame) {
      load();
      out.focus();
    } else tell('open');
  };
  const close = () => {
    panel.hidden = true;
    label();
    settle();
    button.focus();
  };
  const tell = (what) => {
    frame.focus();
    frame.contentWindow.postMessage({ headgate: what }, base);
  };
  addEventListener('message', ({ origin, source, data }) => {
    if (!frame || origin !== base || source !== frame.contentWindow) return;
    if (data?.headgate === 'ready') {
      clearTimeout(frame.timer);
      state.remove();
      out.remove();
      frame.removeAttribute('style');
      if (!panel.hidden) tell('open');
    }
    if (data?.headgate === 'close') close();
    if (data?.headgate === 'message' && panel.hidden) {
      unread += 1;
      label();
    }
  });
  let last = -1_000;
  button.addEventListener('click', ({ timeStamp }) => {
    if (timeStamp - last < 500) return; // the second of a double click
    last = timeStamp;
    if (panel.hidden) open();
    else close();
  });
  out.addEventListener('click', close);
  covering.addEventListener('change', settle);
  root.addEventListener('keydown', (event) => event.key === 'Escape' && !panel.hidden && close());
  const show = () => document.body.append(host);
  if (document.body) show();
  else addEventListener('DOMContentLoaded', show);
})();
