import { pino } from 'pino';
import type { App } from '../../bot/app.ts';
import { openCaseWork } from '../../bot/caseWork.ts';
import type { Recogniser } from '../../language/recogniser.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CaseModel } from '../../models/case.ts';
import { ConsentModel } from '../../models/consent.ts';
import { DistrictClockModel } from '../../models/districtClock.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { enqueueNotice, OutboxModel } from '../../models/outbox.ts';
import { PageModel } from '../../models/page.ts';
import { SettingModel } from '../../models/setting.ts';
import { createDistrictClock } from '../../services/clock.ts';
import { createDistrictRecords } from '../../services/districtRecords.ts';
import { createFollowUps } from '../../services/followUps.ts';
import { loadPolicy } from '../../services/policy.ts';
import { createSecrets, loadSecretKey } from '../../services/secrets.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';

let app: App;
let csr: Csr;
const down: Recogniser['recognise'] = () => Promise.reject(new Error('the recogniser is down'));
let recognise: Recogniser['recognise'] = down;

beforeAll(async () => {
  app = await startApp({ recogniser: { recognise: (text, language) => recognise(text, language) } });
  csr = await Csr.signIn(app.url);
});
afterAll(() => app.stop());
afterEach(() => {
  recognise = down;
});

const caseOf = (customer: Customer, serviceCode: string) =>
  until('the case', () => CaseModel.findOne({ conversationId: customer.conversationId, serviceCode }).lean());
const pageOf = (caseNumber: string) =>
  until('the page', async () => {
    const texts = app.sandbox?.carrier.texts('+15105550171') ?? [];
    return texts.find(({ body }) => body.includes(caseNumber));
  });
const linkIn = (body: string) => /https?:\S+\/page\/\S+/.exec(body)?.[0] ?? '';
async function advance(duration: string): Promise<unknown> {
  const moved = await fetch(`${app.url}/try/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: duration }),
  });
  expect(moved.status).toBe(200);
  return moved.json();
}

describe('a customer in danger, while the recogniser is down', () => {
  it('hears what to do at once; a case, a page and a person follow', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('I smell gas')).toMatch(
      /leave the building now[\s\S]*911[\s\S]*front of the line/,
    );
    const { _id: caseNumber } = await caseOf(customer, 'gas_smell');
    const page = await pageOf(caseNumber);
    expect(page.body).toMatch(/Alder Valley Water District EMERGENCY \d{4}: gas smell/);
    expect(page.body).not.toMatch(/I smell/);
    const queue = await csr.queue();
    expect(queue.find((item) => item.conversationId === customer.conversationId)).toMatchObject({
      priority: 'emergency',
    });
    const { transcript } = await csr.read(customer.conversationId);
    expect(JSON.stringify(transcript)).toContain(caseNumber);
  });

  it('hears it in Spanish', async () => {
    const customer = await Customer.open(app.url, 'es');
    expect(await customer.say('hola, hay una fuga de gas en la casa')).toMatch(/salga del edificio/i);
    await caseOf(customer, 'gas_smell');
  });

  it('hears it where the recogniser hangs, or throws before it has begun, or sees no danger', async () => {
    const ways: Recogniser['recognise'][] = [
      () => new Promise(() => {}),
      () => {
        throw new Error('not even a promise');
      },
      async (_text, language) => ({
        intent: 'Greeting',
        score: 1,
        ranked: [],
        action: 'act',
        safety: null,
        language,
      }),
    ];
    for (const way of ways) {
      recognise = way;
      const customer = await Customer.open(app.url);
      expect(await customer.say('there are sparks in the water')).toMatch(/Keep away from the water/);
      await caseOf(customer, 'electric_hazard');
    }
  });

  it('has one case however often it is told, and one with a CSR too', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('I have no water, 94555');
    await csr.claim(customer.conversationId);
    await customer.send('still no water here!');
    await customer.send('and the kids are sick from the water');
    const illness = await caseOf(customer, 'illness_suspected');
    await pageOf(illness._id);
    const found = await CaseModel.find({ conversationId: customer.conversationId }).lean();
    expect(found.map(({ serviceCode }) => serviceCode).sort()).toEqual(['illness_suspected', 'no_water']);
    expect(found.find(({ serviceCode }) => serviceCode === 'no_water')).toMatchObject({ zip: '94555' });
  });
});

describe('the link in a page', () => {
  it('shows what it is, acknowledges only by its button, and shows nothing of a customer', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('I smell gas in the kitchen');
    const { _id: caseNumber } = await caseOf(customer, 'gas_smell');
    const link = linkIn((await pageOf(caseNumber)).body);
    const shown = await fetch(link);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    const html = await shown.text();
    expect(html).toContain(caseNumber);
    expect(html).toMatch(/<button type="submit">Acknowledge/);
    expect(html).not.toMatch(/kitchen/);
    expect((await PageModel.byId(caseNumber))?.status).toBe('open');

    const pressed = await fetch(link, { method: 'POST' });
    expect(await pressed.text()).toMatch(/Acknowledged by Field supervisor on call/);
    expect((await PageModel.byId(caseNumber))?.status).toBe('acknowledged');
    expect((await CaseModel.byNumber(caseNumber))?.acknowledgedAt).toBeInstanceOf(Date);
    expect(await AuditEntryModel.countDocuments({ _id: `page:${caseNumber}:acknowledged` })).toBe(1);
  });

  it.each(['GET', 'POST'])('is refused where it was not made here (%s)', async (method) => {
    const answer = await fetch(`${app.url}/page/C-00000000.0.zzzzzz.nothing`, { method });
    expect(answer.status).toBe(410);
    expect(await answer.text()).toMatch(/no longer good/);
  });
});

describe('what follows later', () => {
  it('"is it fixed?" comes to the customer’s phone a day after, in the daytime, once', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('I smell gas');
    const { _id: caseNumber } = await caseOf(customer, 'gas_smell');
    await closeWithContact(caseNumber);
    const texts = () =>
      (app.sandbox?.carrier.texts('+15105550142') ?? []).filter(({ body }) => body.includes(caseNumber));
    await advance('PT23H');
    expect(texts()).toHaveLength(0);
    await advance('PT25H');
    await until('the question', async () => texts().length > 0);
    expect(texts()[0]?.body).toMatch(/Is it fixed\?/);
    await advance('P2D');
    await until('the follow-ups to be done', async () => {
      return (await FollowUpModel.countDocuments({ status: 'waiting', kind: 'case.isItFixed' })) === 0;
    });
    expect(texts()).toHaveLength(1);
  });

  it('a call-back that was promised brings the conversation before the desk at that time, once', async () => {
    const customer = await Customer.open(app.url);
    const { cases } = await caseWork();
    const opened = await cases.open({
      requestId: 'promised',
      category: 'other',
      actor: 'customer',
      conversationId: customer.conversationId,
    });
    const caseNumber = opened.ok ? opened.caseNumber : '';
    const { now } = (await advance('PT1S')) as { now: string };
    const at = new Date(Date.parse(now) + 3_600_000);
    await cases.promise({ requestId: 'promise', caseNumber, actor: 'csr2', at, note: 'after one' });
    const inLine = async () =>
      (await csr.queue()).filter(({ conversationId }) => conversationId === customer.conversationId);
    expect(await inLine()).toEqual([]);
    await advance('PT2H');
    await until('the conversation in line', async () => (await inLine()).length > 0);
    expect(await inLine()).toMatchObject([{ reason: 'callBack', priority: 'high' }]);
    const { transcript } = await csr.read(customer.conversationId);
    expect(JSON.stringify(transcript).match(/callBack\.due/g)).toHaveLength(1);
  });

  it('a number that told the carrier STOP is written to no more', async () => {
    const secrets = await theSecrets();
    await enqueueNotice({
      key: 'to-one-who-opted-out',
      channel: 'sms',
      to: '+15005550004',
      template: 'caseFixed',
      language: 'en',
      sealed: secrets.seal(JSON.stringify({ caseNumber: 'C-1' }), 'to-one-who-opted-out'),
      at: new Date(),
    });
    const consent = await until('the refusal', () => ConsentModel.findOne({ source: 'carrier' }).lean());
    expect(consent).toMatchObject({ topic: 'all', status: 'out' });
    await until('the row to end', async () => {
      const row = await OutboxModel.findById('to-one-who-opted-out').lean();
      return row?.status === 'refused';
    });
  });
});

const theSecrets = async () => createSecrets(await loadSecretKey({ sandbox: true, store: SettingModel }));

/** The District's verbs as another process has them that shares the store. */
async function caseWork() {
  const log = pino({ level: 'silent' });
  const policy = await loadPolicy('district');
  const clock = createDistrictClock({ store: DistrictClockModel, timeZone: policy.district.timeZone });
  await clock.refresh();
  return openCaseWork({
    policy,
    clock,
    secrets: await theSecrets(),
    records: createDistrictRecords(),
    followUps: createFollowUps({ store: FollowUpModel, clock, policy, log }),
    fieldOrders: null,
    wakeups: { publish() {} },
    log,
  });
}

/** Closes a case as the desk does, with a phone that is known. */
async function closeWithContact(caseNumber: string): Promise<void> {
  const contact = { name: null, phone: '+15105550142', email: null, language: 'en' };
  await CaseModel.updateOne({ _id: caseNumber }, { $set: { contact } });
  const { cases } = await caseWork();
  const by = { requestId: `close ${caseNumber}`, caseNumber, actor: 'csr2' };
  const closed = await cases.close({ ...by, outcome: 'fixed', contact: { via: 'phone', reached: true } });
  expect(closed.ok).toBe(true);
}
