/** The chat as a page of its own: inside widget.js's frame, and by itself where somebody opens the address. */
import { createPanel } from '{{assets/panel.js}}';

const { language, name, phone, phoneLink } = document.body.dataset;
const nonce = document.querySelector('link[nonce]')?.nonce;
const inFrame = parent !== window;
// Only "open", "ready", "unread" and "close" go between the frame and its page: nothing of the conversation.
const tell = (what) => parent.postMessage({ headgate: what }, '*');

const panel = createPanel({
  name,
  phone,
  phoneLink,
  language,
  nonce,
  onClose: () => inFrame && tell('close'),
  onMessage: () => inFrame && tell('message'),
});
panel.element.classList.add('hg-whole');
panel.element.querySelector('.hg-close').hidden = !inFrame;
document.body.append(panel.element);
addEventListener('message', (event) => {
  if (event.source === parent && event.data?.headgate === 'open') panel.focus();
});
if (inFrame) tell('ready');
