import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CarrierUnavailable } from '../../../adapters/channel.ts';
import { pageHtml } from '../../../adapters/pager/page.ts';
import { createPagerChannel } from '../../../adapters/pager/pagerChannel.ts';

const secret = 'a secret of the pager';
const posted: { headers: IncomingHttpHeaders; body: string }[] = [];
let service: Server;
let url: string;
let status = 202;

beforeAll(async () => {
  service = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    posted.push({ headers: request.headers, body });
    response.writeHead(status);
    response.end();
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/page`;
});
afterAll(() => void service.close());

const nothing = async () => ({ ok: false as const, reason: 'linkExpired' });
const pager = (key: string | null) =>
  createPagerChannel({
    districtName: 'Alder',
    timeZone: 'America/Los_Angeles',
    links: { look: nothing, acknowledgeByLink: nothing },
    secret: key,
  });
const page = {
  ref: 'page:C-1:1:pager',
  to: '',
  subject: 'EMERGENCY 4821',
  text: 'EMERGENCY 4821: gas smell',
};
const deliver = (key: string | null = secret) => pager(key).deliver?.({ ...page, to: url });

describe('a pager service that is called by webhook', () => {
  it('gets what was sent, signed, under one id', async () => {
    expect(await deliver()).toEqual({ status: 'delivered' });
    const [{ headers, body } = { headers: {}, body: '' }] = posted;
    expect(JSON.parse(body)).toEqual({ id: page.ref, subject: page.subject, text: page.text });
    const signed = `${page.ref}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-id']).toBe(page.ref);
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
    );
  });

  it('is tried again while it is down, and not where it says no', async () => {
    status = 503;
    await expect(deliver()).rejects.toThrow(CarrierUnavailable);
    status = 400;
    expect(await deliver()).toEqual({ status: 'failed', code: 'pager.400' });
    status = 202;
    expect(await deliver(null)).toEqual({ status: 'refused', code: 'pager.noSecret' });
    await expect(pager(secret).deliver?.({ ...page, to: 'http://127.0.0.1:1/' })).rejects.toThrow(
      CarrierUnavailable,
    );
  });
});

it('the page behind a link lets no text of an address become a part of it', () => {
  const html = pageHtml(
    { districtName: 'Alder', timeZone: 'America/Los_Angeles' },
    {
      n: 4821,
      what: 'gas smell',
      caseNumber: 'C-1',
      incidentNumber: null,
      address: '"><script>alert(1)</script>',
      zip: null,
      startedAt: new Date('2026-11-23T17:05:00Z'),
      status: 'open',
      acknowledgedBy: null,
    },
  );
  expect(html).not.toMatch(/<script/);
  expect(html).toContain('Mon, Nov 23, 9:05 AM');
});
