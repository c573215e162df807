import { createDOMRenderer, RendererProvider } from '@fluentui/react-components';
import { createRoot } from 'react-dom/client';
import { App } from './page/App.tsx';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });

createRoot(document.getElementById('root') as HTMLElement).render(
  <RendererProvider renderer={renderer}>
    <App />
  </RendererProvider>,
);
