import { createCompleters, createFieldCheck, fieldsOf } from '../../bot/completers.ts';
import type { Services } from '../../dialogs/services.ts';
import { stopService } from '../../dialogs/stopService/stopService.ts';
import { createAccess } from '../../services/access.ts';
import { loadPolicy } from '../../services/policy.ts';
import { createTranscriptService } from '../../services/transcript.ts';
import { signedInAt } from '../console/consoleClient.ts';
import { type Fixture, openDesk } from '../console/deskFixture.ts';

const today = '2026-12-01';
const policy = await loadPolicy('district');
let openOrder: string | null = null;
/** A District that stops service from the third of the month on, one order an account. */
const services = {
  policy,
  access: createAccess({ policy }),
  today: () => today,
  serviceOrders: {
    checkStopDate: (day: string) =>
      day < '2026-12-03' ? { ok: false, reason: 'tooSoon', earliest: '2026-12-03' } : { ok: true },
    async stop({ lastDay }: { lastDay: string }) {
      if (openOrder)
        return { ok: false, reason: 'alreadyOpen', orderNumber: openOrder, effectiveOn: '2026-12-04' };
      openOrder = 'SO-7K2M94QX';
      return {
        ok: true,
        confirmation: 'confirmed',
        order: { orderNumber: openOrder, effectiveOn: lastDay },
      };
    },
  },
} as unknown as Services;

let fixture: Fixture;
let sam: Awaited<ReturnType<typeof signedInAt>>;
beforeAll(async () => {
  const clock = { now: () => new Date('2026-12-01T17:00:00Z') };
  fixture = await openDesk({
    completers: createCompleters([stopService], services, clock),
    taskFields: (kind) => fieldsOf([stopService], kind),
    checkField: createFieldCheck([stopService], services, clock),
  });
  sam = await signedInAt(fixture.url, fixture.sam.email);
});
afterAll(() => fixture.close());

/** A customer with a stop half asked for, verified, in Sam's hands. */
async function stopOf(fields: Record<string, unknown>): Promise<string> {
  const id = await fixture.customer({
    language: 'es',
    task: {
      kind: 'stopService',
      version: 1,
      open: 'code',
      fields: Object.fromEntries(
        Object.entries({ accountNumber: '10023414', proofBy: 'byPin', ...fields }).map(([name, value]) => [
          name,
          { value, source: 'customer' as const },
        ]),
      ),
    },
    proof: {
      ...{ accountId: 'a1', accountNumber: '10023414', level: 'L2', customerName: 'Pat Rivera' },
      at: new Date(fixture.time.district),
    },
  });
  await sam.post(`conversations/${id}/claim`);
  return id;
}
const patch = (id: string, fields: object) => sam.send('PATCH', `conversations/${id}/task`, { fields });

describe('a task in a CSR’s hands', () => {
  it('shows none of what verifies the customer, and lets nobody change it', async () => {
    const id = await stopOf({ lastDay: '2026-12-07' });
    const { task } = (await sam.get(`conversations/${id}`)).body;
    expect(task).toMatchObject({ known: ['lastDay', 'forwardingAddress'], open: null });
    expect(Object.keys(task.fields)).toEqual(['lastDay']);
    for (const name of ['accountNumber', 'zip', 'proofBy', 'code', 'pin'])
      expect(await patch(id, { [name]: '10155380' })).toMatchObject({
        status: 400,
        body: { error: { code: 'unknownField' } },
      });
  });

  it('reads what a CSR writes as the form would, and says which field will not do, and why', async () => {
    const id = await stopOf({});
    expect((await patch(id, { lastDay: 'December 7' })).status).toBe(200);
    const { task } = (await sam.get(`conversations/${id}`)).body;
    expect(task.fields.lastDay).toEqual({ value: '2026-12-07', source: 'csr' });
    const refused: [string, string, RegExp][] = [
      ['lastDay', '2026-12-02', /^That is too soon\. The earliest day is Thursday, December 3\.$/],
      ['lastDay', 'soonish', /I need a day/],
      ['forwardingAddress', 'x', /street and number/],
    ];
    for (const [field, value, why] of refused)
      expect(await patch(id, { [field]: value })).toMatchObject({
        status: 400,
        body: { error: { code: 'badField' }, field, why: expect.stringMatching(why) },
      });
    expect((await patch(id, { lastDay: { value: '2026-12-07', verified: true } })).status).toBe(200);
    expect((await patch(id, { lastDay: null })).status).toBe(200);
  });

  it('is completed in the customer’s language, and refused in the CSR’s own words', async () => {
    const fields = { lastDay: '2026-12-07', forwardingAddress: '9 Elm St, Reno, NV 89501' };
    const missing = await stopOf({ lastDay: '2026-12-07' });
    expect((await sam.post(`conversations/${missing}/task/complete`)).body.error.message).toBe(
      'Still missing: forwarding address.',
    );
    const first = await stopOf(fields);
    expect((await sam.post(`conversations/${first}/task/complete`)).status).toBe(200);
    const shown = await createTranscriptService().shownAfter(first, 0);
    expect(shown.at(-1)?.text).toMatch(/SO-7K2M94QX/);
    const second = await stopOf(fields);
    expect(await sam.post(`conversations/${second}/task/complete`)).toMatchObject({
      status: 409,
      body: {
        why: 'alreadyOpen',
        error: {
          message: 'Order SO-7K2M94QX is already open for this account, for Friday, December 4.',
        },
      },
    });
  });
});
