import type { App } from '../../bot/app.ts';
import { ConversationModel } from '../../models/conversation.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { OutboxModel } from '../../models/outbox.ts';
import { accountOf } from '../services/paying.ts';
import { startApp } from '../support/app.ts';
import { payLinks } from '../support/payLinks.ts';
import { faultsInRecord } from '../support/store.ts';
import { until } from '../support/webchatServer.ts';

let app: App;
let link: Awaited<ReturnType<typeof payLinks>>;
const maria = accountOf('10023414');
const daniel = accountOf('10048726');

beforeAll(async () => {
  app = await startApp();
  link = await payLinks(app.url);
});
afterAll(() => app?.stop());

const press = (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual', headers });
const textOf = async (response: Response) => (await response.text()).replace(/\s+/g, ' ');

async function conversation() {
  const minted = await (await fetch(`${app.url}/webchat/token`, { method: 'POST', body: '{}' })).json();
  const { token, conversationId } = minted as { token: string; conversationId: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  await fetch(`${app.url}/v3/directline/conversations`, { method: 'POST', headers, body: '{}' });
  const read = async () => {
    const path = `/v3/directline/conversations/${conversationId}/activities`;
    const answer = (await (await fetch(`${app.url}${path}`, { headers })).json()) as {
      activities: { text?: string }[];
    };
    return answer.activities.flatMap(({ text }) => text ?? []);
  };
  return { conversationId, read };
}

it('shows District, masked account and amount, and neither name nor number nor cookie', async () => {
  const response = await fetch(await link(maria));
  const html = await textOf(response);
  expect(response.status).toBe(200);
  for (const wanted of ['Alder Valley Water District', '••••3414', '130.15', 'name="outcome"'])
    expect(html).toContain(wanted);
  expect(html).not.toMatch(/10023414|Okafor|Alder Creek|\{\{|<script/);
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('referrer-policy')).toBe('same-origin');
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'/);
  expect(html).not.toMatch(/type="(number|tel|password)"|cc-number|card.?number"/i);
});

it('shows no balance to somebody who pays another’s bill', async () => {
  const html = await textOf(await fetch(await link(maria, { verified: false })));
  expect(html).not.toContain('130.15"');
  expect(html).not.toContain('Amount owed');
});

it('takes the payment once, shows the receipt after a redirect, and tells it in the conversation', async () => {
  const { conversationId, read } = await conversation();
  const url = await link(maria, { conversationId });
  const [first, second] = await Promise.all([
    press(url, { amount: '130.15', outcome: 'approved' }),
    press(url, { amount: '130.15', outcome: 'approved' }),
  ]);
  for (const answer of [first, second]) expect(answer.status).toBe(303);
  const html = await textOf(await fetch(new URL(first.headers.get('location') ?? '', url)));
  const receipt = /R-[0-9A-Z]{8}/.exec(html)?.[0] ?? 'none';
  expect(html).toContain('Thank you. We received your payment.');
  const said = await until(async () => (await read()).find((text) => text.includes(receipt)));
  expect(said).toBe(
    `Thank you. We received your payment of $130.15. Receipt ${receipt}. Nothing is owed on the account now.`,
  );
  expect((await read()).filter((text) => text.includes(receipt))).toHaveLength(1);
  expect(await LedgerEntryModel.countDocuments({ accountId: maria, seq: { $gt: 0 } })).toBe(1);
  await until(async () => {
    const found = await ConversationModel.findById(conversationId).lean();
    return found?.tail.length === 0;
  });
  expect(await faultsInRecord(conversationId)).toEqual([]);
});

it('says nothing of the account to somebody who pays another’s bill', async () => {
  const { conversationId, read } = await conversation();
  const url = await link(daniel, { conversationId, verified: false });
  await press(url, { amount: '72.62', outcome: 'approved' });
  const said = await until(async () => (await read()).find((text) => text.includes('72.62')));
  expect(said).toMatch(/^Thank you. We received your payment of \$72.62. Receipt R-\w{8}.$/);
});

it('sends what was paid in no conversation to the contact on file', async () => {
  await press(await link(daniel), { amount: '50', outcome: 'approved' });
  const mail = await until(() => app.sandbox?.mailbox.mails('d.whitcomb@example.com')[0]);
  expect(mail.subject).toBe('Your payment – Alder Valley Water District');
  expect(mail.text).toMatch(/^Alder Valley Water District: Thank you. We received your payment of \$50.00/);
  // What it said is not kept once the carrier has it.
  await until(
    async () => (await OutboxModel.countDocuments({ template: 'outcome', sealed: { $exists: true } })) === 0,
  );
});

it('sends a bank transfer back days later, tells it, and mails it with its fee', async () => {
  const { conversationId, read } = await conversation();
  await press(await link(daniel, { conversationId }), { amount: '100', outcome: 'returned:R01' });
  const advance = JSON.stringify({ advance: 'P3D' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${app.url}/try/api/clock`, { method: 'POST', headers, body: advance });
  const said = await until(async () => (await read()).find((text) => text.includes('returned the payment')));
  expect(said).toContain('A returned-payment fee of $25.00 was added');
  await until(() =>
    app.sandbox?.mailbox.mails('d.whitcomb@example.com').find(({ text }) => text.includes('$25.00')),
  );
});

it.each([
  [{ amount: '', outcome: 'approved' }, 'Please enter an amount in dollars'],
  [{ amount: '0.10', outcome: 'approved' }, 'The least you can pay here is $1.00.'],
  [{ amount: '99999', outcome: 'approved' }, 'The most you can pay here at once is $'],
  [{ amount: '10', outcome: 'free' }, 'Please choose what should happen.'],
  [{ amount: '<b>"', outcome: '<script>' }, 'Please enter an amount'],
])('says in plain words what is wrong with %j', async (form, words) => {
  const response = await press(await link(maria), form);
  const html = await textOf(response);
  expect(response.status).toBe(422);
  expect(html).toContain(words);
  expect(html).not.toMatch(/<b>|<script/);
});

it('speaks the conversation’s language, else the browser’s, else the one chosen on the page', async () => {
  const spanish = await link(maria, { language: 'es' });
  expect(await textOf(await fetch(spanish))).toContain('<html lang="es">');
  expect(await textOf(await press(spanish, { amount: '1', outcome: '' }))).toContain('Elija qué debe pasar.');
  const url = await link(maria);
  const inSpanish = { headers: { 'accept-language': 'fr, es-MX;q=0.8, en;q=0.5' } };
  expect(await textOf(await fetch(url, inSpanish))).toContain('Pagar una factura de agua');
  expect(await textOf(await fetch(url))).toContain('Pay a water bill');
  expect(await textOf(await fetch(`${url}?lang=es`))).toContain('Pagar una factura de agua');
});

it('refuses a form of another site, and changes nothing', async () => {
  const url = await link(maria);
  const form = { amount: '10', outcome: 'approved' };
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) {
    const answer = await press(url, form, headers);
    expect(answer.status).toBe(403);
  }
  expect((await press(url, form, { origin: new URL(url).origin })).status).toBe(303);
});

it('answers unknown and expired links, forged calls and bodies that are too large in plain words', async () => {
  const unknown = await fetch(`${app.url}/pay/${'x'.repeat(24)}`);
  expect(unknown.status).toBe(404);
  expect(await textOf(unknown)).toContain('This link does not work.');
  expect((await press(`${app.url}/pay/nothing`, { amount: '1', outcome: 'approved' })).status).toBe(404);
  const forged = await fetch(`${app.url}/pay/webhook`, { method: 'POST', body: '{"events":[]}' });
  expect(forged.status).toBe(400);
  expect(await forged.json()).toMatchObject({ error: { code: 'BadSignature' } });
  const large = await fetch(`${app.url}/pay/webhook`, { method: 'POST', body: 'x'.repeat(300_000) });
  expect(large.status).toBe(413);
  const url = await link(maria);
  expect((await press(url, { amount: '1'.repeat(9_000), outcome: 'approved' })).status).toBe(422);
  const body = JSON.stringify({ advance: 'PT61M' });
  await fetch(`${app.url}/try/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const expired = await fetch(url);
  expect(expired.status).toBe(410);
  expect(await textOf(expired)).toContain('This link has expired.');
});
