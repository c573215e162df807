import type { Server } from 'restify';
import { UpstreamError } from '../../services/errors.ts';
import { mountPay } from '../../site/pay.ts';
import { startWebchat, type WebchatServer } from '../support/webchatServer.ts';

let server: WebchatServer;
const down = () => Promise.reject(new UpstreamError('records.unavailable', 'down'));
beforeAll(async () => {
  server = await startWebchat({
    mount: (restify, publicUrl) =>
      mountPay(restify as Server, {
        payments: {
          page: { open: down, pay: down },
          webhook: async () => ({ ok: false, reason: 'noProcessor' }),
        },
        district: { name: 'Alder Valley Water District', phone: '+15105550190' },
        pages: [],
        publicUrl,
        log: { error() {} },
      }),
  });
});
afterAll(() => server.stop());

it('tells a customer in plain words that the records do not answer, and never how', async () => {
  const url = `${server.url}/pay/${'x'.repeat(24)}`;
  const body = new URLSearchParams({ amount: '10', outcome: 'approved' });
  for (const answer of [await fetch(url), await fetch(url, { method: 'POST', body })]) {
    const html = await answer.text();
    expect(answer.status).toBe(503);
    expect(html).toContain('We cannot show this page just now.');
    expect(html).not.toMatch(/records|Error|stack/);
  }
  expect((await fetch(`${server.url}/pay/webhook`, { method: 'POST', body: '{}' })).status).toBe(404);
});
