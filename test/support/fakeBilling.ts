import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSigned } from '../../adapters/records/signature.ts';
import type { Account, Bill, ChangeAnswer, Contacts, RecordsChange } from '../../services/records.ts';

/** How it misbehaves; each holds until it is set otherwise. */
export type Behaviour = {
  /** `down` refuses connections' requests, `hang` never answers, `die` does the work and dies before it answers. */
  mode: 'well' | 'down' | 'hang' | 'die' | 'garbage' | 'html' | 'huge' | 'redirect' | 'error';
  /** What it says its figures are as of. */
  asOf: string | null;
  /** It looks at the Idempotency-Key, as docs/records.md asks. */
  honoursKeys: boolean;
  /** What it refuses, by kind of change. */
  refuses: Record<string, string>;
};
type Kept = { account: Account; zip: string; contacts: Contacts; bill: Bill | null; balance: number };

const account: Account = {
  accountId: 'A-1',
  accountNumber: '10023414',
  state: 'active',
  kind: 'residential',
  serviceLocationId: 'P-1',
  autopay: false,
  paperless: false,
  closedOn: null,
};
const bill: Bill = {
  billId: 'B-1',
  accountId: 'A-1',
  issuedOn: '2026-11-12',
  dueOn: '2026-12-03',
  periodStart: '2026-09-10',
  periodEnd: '2026-11-09',
  days: 60,
  units: 16,
  meterSize: '5/8',
  estimated: false,
  lines: [
    {
      kind: 'service',
      label: 'serviceCharge',
      quantity: 1,
      unit: 'billingPeriod',
      rate: '56.61',
      amount: 5661,
      source: 'Rate resolution 2019-04',
      effectiveOn: '2019-03-01',
    },
    {
      kind: 'usage',
      label: 'waterUsed',
      quantity: 16,
      unit: 'CCF',
      rate: '4.596',
      amount: 7354,
      source: 'Rate resolution 2019-04',
      effectiveOn: '2019-03-01',
    },
  ],
  total: 13015,
};

const premise = {
  serviceLocationId: 'P-1',
  address: '12 Alder Creek Road',
  zip: '94538',
  insideDistrict: true,
};

/** A billing system elsewhere, as a real HTTP server: it checks signatures, keeps accounts, and misbehaves on order. */
export async function startFakeBilling(secret: string) {
  const behaviour: Behaviour = { mode: 'well', asOf: null, honoursKeys: true, refuses: {} };
  const kept: Kept = {
    account: { ...account },
    zip: '94538',
    contacts: {
      customerName: 'Maria Okafor',
      language: 'en',
      phone: '+15105550101',
      email: 'm.okafor@example.com',
      mailingAddress: null,
      revision: 0,
    },
    bill,
    balance: 13015,
  };
  const answered = new Map<string, { body: string; answer: ChangeAnswer }>();
  const done: RecordsChange[] = [];
  const calls: string[] = [];
  let writesFail: 'die' | 'garbage' | 'error' | null = null;

  const server = createServer((request, response) => {
    void handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const path = request.url ?? '';
    calls.push(`${request.method} ${path}`);
    if (behaviour.mode === 'down') return void request.socket.destroy();
    if (behaviour.mode === 'hang') return;
    if (behaviour.mode === 'error') return send(response, 503, { error: 'closed for the night' });
    if (behaviour.mode === 'redirect') {
      response.setHeader('location', `http://127.0.0.1:${port}/v1/elsewhere`);
      sendText(response, 302, '');
      return;
    }
    const requestId = String(request.headers['idempotency-key'] ?? '');
    const fails = path.endsWith('/changes') ? writesFail : null;
    if (fails === 'error') return send(response, 503, {});
    const parts = { method: request.method ?? '', path, requestId, body };
    const header = String(request.headers['headgate-signature'] ?? '');
    const now = Math.floor(Date.now() / 1000);
    if (!isSigned(secret, header, parts, { now, tolerance: 300 })) return send(response, 401, {});
    const answer = answerTo(path.replace(/^\/v1/, ''), body, requestId);
    if (fails === 'die') return void request.socket.destroy();
    if (fails === 'garbage') return send(response, 200, { ok: 'maybe' });
    if (behaviour.mode === 'die') return void request.socket.destroy();
    if (behaviour.mode === 'html') return void sendText(response, 200, '<h1>Welcome</h1>');
    if (behaviour.mode === 'huge') return void sendText(response, 200, `"${'x'.repeat(2 * 1024 * 1024)}"`);
    if (behaviour.mode === 'garbage')
      return send(response, 200, { account: 'yes', ok: 'maybe', balance: '12' });
    if (answer === 'conflict') return send(response, 409, {});
    send(response, answer === null ? 404 : 200, answer);
  }

  function answerTo(path: string, body: string, requestId: string): object | 'conflict' | null {
    const asOf = behaviour.asOf === null ? {} : { asOf: behaviour.asOf };
    const isOurs = path.startsWith('/accounts/A-1');
    if (path === '/accounts/match') {
      const { accountNumber, zip } = JSON.parse(body) as { accountNumber: string; zip: string };
      const matches = accountNumber === kept.account.accountNumber && zip === kept.zip;
      return { ...asOf, account: matches ? kept.account : null };
    }
    if (path === '/customers/search') {
      const { by, value } = JSON.parse(body) as { by: string; value: string };
      const found = by === 'accountNumber' && value === kept.account.accountNumber;
      return { matches: found ? [{ ...kept.account, ...kept.contacts }] : [], cursor: null };
    }
    if (path === '/changes') return change(JSON.parse(body) as RecordsChange, requestId, body);
    if (path === '/service-locations/search') {
      const { text } = JSON.parse(body) as { text: string };
      return { serviceLocations: /alder/i.test(text) ? [premise] : [] };
    }
    if (path.startsWith('/service-locations/')) {
      const known = path === '/service-locations/P-1';
      return { serviceLocation: known ? premise : null };
    }
    if (path.endsWith('/contacts')) return { contacts: isOurs ? kept.contacts : null };
    if (path.endsWith('/balance')) return { balance: isOurs ? kept.balance : 0 };
    if (path.endsWith('/bills/latest')) return { bill: isOurs ? kept.bill : null };
    if (path.includes('/bills?')) return { bills: isOurs ? [kept.bill] : [] };
    if (path.includes('/bills/same-period-last-year?issuedOn=')) return { bill: null };
    return /^\/accounts\/[^/]+$/.test(path) ? { ...asOf, account: isOurs ? kept.account : null } : null;
  }

  function change(asked: RecordsChange, key: string, body: string): ChangeAnswer | 'conflict' {
    const earlier = answered.get(key);
    if (behaviour.honoursKeys && earlier) return earlier.body === body ? earlier.answer : 'conflict';
    const answer = make(asked);
    answered.set(key, { body, answer });
    return answer;
  }

  function make(asked: RecordsChange): ChangeAnswer {
    const reason = behaviour.refuses[asked.kind];
    if (reason) return { ok: false, reason };
    if (asked.kind === 'contacts') {
      const { ifRevision, ...contacts } = asked.contacts;
      const revision = kept.contacts.revision ?? 0;
      if (ifRevision !== undefined && ifRevision !== revision)
        return { ok: false, reason: 'changedMeanwhile' };
      Object.assign(kept.contacts, contacts, { revision: revision + 1 });
    }
    if (asked.kind === 'payment') kept.balance -= asked.amount;
    done.push(asked);
    return { ok: true, reference: `R-${done.length}` };
  }

  return {
    url: `http://127.0.0.1:${port}/v1`,
    behaviour,
    kept,
    /** The changes that it has made, in order: a double stands twice. */
    done,
    /** Reads are answered, and writes fail so. */
    failWrites(how: typeof writesFail) {
      writesFail = how;
    },
    /** What was asked of it. */
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const send = (response: ServerResponse, status: number, body: object | 'conflict' | null): void =>
  sendText(response, status, JSON.stringify(body ?? {}));

/** Set by hand: restify, in the same process, makes a `writeHead` that cannot be chained. */
function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(text);
}
