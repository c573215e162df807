import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A text that the sandbox carrier took, as the phone it was for received it. */
export type SandboxText = { at: Date; to: string; from: string; body: string; status: string; sid: string };

/** The account that the sandbox carrier knows; made up, and good nowhere else. */
export const sandboxAccount = {
  accountSid: `AC${'0'.repeat(31)}1`,
  authToken: 'sandbox',
  from: '+12025550100',
};

/** Codes that a carrier answers for numbers nobody can text, as Twilio's test numbers do. */
const unreachable: Record<string, [number, string]> = {
  '+15005550001': [21211, 'Invalid To number'],
  '+15005550004': [21610, 'Recipient has opted out'],
  '+15005550009': [21614, 'Not a mobile number'],
};

/** The most texts that are kept; the oldest go first. */
const mostKept = 5_000;

export type SandboxCarrier = {
  baseUrl: string;
  /** What a phone received, oldest first. */
  texts(phone: string): SandboxText[];
  close(): Promise<void>;
};

/**
 * A carrier in the process that speaks Twilio's REST API, so that the real SDK runs against it: it takes texts
 * and keeps them for whoever looks at the phone.
 */
export async function startSandboxCarrier(now: () => Date): Promise<SandboxCarrier> {
  const kept: SandboxText[] = [];
  const path = `/2010-04-01/Accounts/${sandboxAccount.accountSid}/Messages.json`;
  const expected = `Basic ${Buffer.from(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`).toString('base64')}`;

  const take = (form: URLSearchParams): [number, object] => {
    const to = form.get('To') ?? '';
    const refusal = unreachable[to];
    if (refusal) return [400, { status: 400, code: refusal[0], message: refusal[1], more_info: '' }];
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const text = {
      at: now(),
      to,
      from: form.get('From') ?? sandboxAccount.from,
      body: form.get('Body') ?? '',
      status: 'delivered',
      sid,
    };
    kept.push(text);
    if (kept.length > mostKept) kept.shift();
    return [201, toResource(text)];
  };

  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://carrier');
    const answer = (status: number, body: object) => {
      // restify replaces writeHead for every server of the process, and its own answers nothing to chain on.
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== expected)
      return answer(401, { status: 401, code: 20003, message: 'Authenticate' });
    if (url.pathname !== path) return answer(404, { status: 404, code: 20404, message: 'Not found' });
    if (request.method === 'POST')
      return answer(...take(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))));
    const messages = kept.filter((text) => text.to === url.searchParams.get('To')).reverse();
    return answer(200, {
      messages: messages.map(toResource),
      page: 0,
      page_size: 50,
      next_page_uri: null,
      uri: path,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    texts: (phone) => kept.filter((text) => text.to === phone),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

const toResource = ({ sid, to, from, body, status, at }: SandboxText) => ({
  sid,
  to,
  from,
  body,
  status,
  account_sid: sandboxAccount.accountSid,
  date_created: at.toUTCString(),
  date_sent: at.toUTCString(),
  num_segments: '1',
  num_media: '0',
  error_code: null,
  error_message: null,
});
