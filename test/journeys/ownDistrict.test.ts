import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseDocument } from 'yaml';
import type { App } from '../../bot/app.ts';
import { answerText } from '../../dialogs/knowledge.ts';
import { ServiceLocationModel } from '../../models/serviceLocation.ts';
import { loadDistrictFolder } from '../../services/districtFolder.ts';
import { createKnowledge } from '../../services/knowledge.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { mondayMorning, startApp } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';
import { ownDistrict, putting } from '../support/ownDistrict.ts';
import { payLinks } from '../support/payLinks.ts';

/** What belongs to the sample District and to no other. */
const samples = /alder|9453[89]|94555|\(510\)|\+1510|130\.15|4\.596|Okafor/i;

const premise = { serviceAddress: '14 Cottonwood Ln', zip: '87901', meterSize: '5/8' };
const sample = {
  accounts: [
    {
      ...premise,
      accountNumber: '10023414',
      state: 'active',
      kind: 'residential',
      occupancy: 'owner',
      customerName: 'Lena Begay',
      language: 'en',
      phone: '+15755550111',
      email: 'lena@example.org',
      pin: '1357',
      bill: { issuedDays: -12, dueDays: 8, periodDays: 30, units: 9, amount: 5328 },
      samePeriodLastYearUnits: 7,
      balance: 5328,
    },
  ],
  vacantPremises: [{ ...premise, serviceAddress: '9 Acequia St' }],
  csrs: [{ email: 'pat@example.org', name: 'Pat', role: 'csr2', skills: ['emergency'], languages: ['en'] }],
};

/** The yaml examples of docs/district.md: the policy's blocks, and an answer. */
async function worked(): Promise<{ blocks: Record<string, unknown>; answer: string }> {
  const text = await readFile('docs/district.md', 'utf8');
  const [blocks = '', answer = ''] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, yaml]) => yaml ?? '',
  );
  return { blocks: parse(blocks), answer };
}

/** The folder that somebody has who follows docs/district.md. */
async function rioSeco(): Promise<string> {
  const { blocks, answer } = await worked();
  const town = putting(['Alder Valley Way', 'Mesa Rd'], ['Alder Valley, CA 94538', 'Rio Seco, NM 87901']);
  const dir = await ownDistrict({
    'policy.yaml': (text) => {
      const document = parseDocument(
        text.replaceAll('+1510555', '+1575555').replaceAll('alder.example.com', 'example.org'),
      );
      for (const [key, block] of Object.entries(blocks)) document.set(key, document.createNode(block));
      document.setIn(['verify', 'codeDigits'], 8);
      document.setIn(['verify', 'codeMinutes'], 5);
      document.setIn(['stop', 'finalBillDays'], 14);
      document.setIn(['billing', 'lateFee', 'amount'], 12.5);
      return String(document);
    },
    'knowledge/contact.yaml': town,
    'knowledge/paying.yaml': (text) => town(text.replaceAll('PO Box 1100', 'PO Box 7')),
    'sample-accounts.json': () => JSON.stringify(sample),
  });
  await writeFile(path.join(dir, 'knowledge', 'own.yaml'), answer);
  return dir;
}

let app: App;
let dir: string;
const heard: string[] = [];
beforeAll(async () => {
  dir = await rioSeco();
  app = await startApp({}, { DISTRICT_DIR: dir });
});
afterAll(async () => {
  await app?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function talk(language: string, ...lines: string[]): Promise<{ say(line: string): Promise<string> }> {
  const customer = await Customer.open(app.url, language);
  heard.push(...(await customer.shown()).map(({ text }) => text));
  const say = async (line: string) => {
    const said = await customer.say(line);
    heard.push(said);
    return said;
  };
  for (const line of lines) await say(line);
  return { say };
}

const textsTo = async (phone: string) => {
  const response = await fetch(`${app.url}/try/api/sms?phone=${encodeURIComponent(phone)}`);
  return ((await response.json()) as { messages: { from: string; body: string }[] }).messages;
};

describe('a District that somebody put in by docs/district.md', () => {
  it('tells its own hours, rates and fees, in English and Spanish', async () => {
    const { say } = await talk('en');
    expect(await say('what are your hours')).toBe(
      'Our office is open Monday to Thursday, 7 a.m. to 5:30 p.m.; the lobby counter is open Tuesday and Thursday, 10 a.m. to 2:30 p.m. We are closed on holidays. You can call (575) 555-0140. For an emergency call (575) 555-0149, day and night.',
    );
    expect(await say('is there a late fee')).toMatch(/a late fee of \$12\.50/);
    expect(await say('who runs the irrigation ditch')).toMatch(/acequia association .* \(575\) 555-0140/);
    const spanish = await talk('es');
    expect(await spanish.say('cuáles son sus tarifas')).toMatch(
      /\$3\.10 hasta 150 galones al día, \$4\.65 hasta 400 .* \$6\.90 por encima/,
    );
    expect(await spanish.say('quién maneja la acequia')).toMatch(/La asociación de acequias/);
  });

  it('proves a customer by codes of its own length and tells the bill by its rates', async () => {
    const { say } = await talk('en', 'what do I owe', '10023414');
    expect(await say('8790')).toMatch(/such as 87901/);
    await say('87901');
    expect(await say('text me a code')).toMatch(/an 8-digit code is on its way .* works for 5 minutes/);
    expect(await say('what code')).toMatch(/the 8 digits of the code, such as 1234 5678/);
    const [text] = await until('the code', async () => {
      const texts = await textsTo('+15755550111');
      return texts.length > 0 && texts;
    });
    heard.push(text?.from ?? '', text?.body ?? '');
    const code = /\d{8}/.exec(text?.body ?? '')?.[0] ?? '';
    const bill = await say(`${code.slice(0, 4)} ${code.slice(4)}`);
    expect(bill).toMatch(/You owe \$53\.28/);
    expect(bill).toMatch(/tier 1: 4\.5 units at \$3\.10 = \$13\.95/);
    expect(bill).toMatch(/tier 2: 4\.5 units at \$4\.65 = \$20\.93/);
    expect(bill).toMatch(/One unit is 1,000 gallons/);
    expect(bill).toMatch(/In the same period last year you used 7 units/);
    await say('stop my service december 7, last bill to 5 Main St, Taos, NM 87571');
    expect(await say('yes')).toMatch(/The last bill comes within 14 days/);
  });

  it('shows its own hours on its pages, days that are apart as days', async () => {
    for (const page of ['/', '/es', '/chat', '/widget.js']) {
      const html = await (await fetch(`${app.url}${page}`)).text();
      heard.push(html.replace(/--alder/g, ''));
      if (page === '/') expect(html).toMatch(/Monday – Thursday, 7:00\sAM/);
      if (page === '/') expect(html).toMatch(/Bills come every 30 days/);
      if (page === '/') expect(html).toMatch(/Tuesday and Thursday, 10:00\sAM – 2:30\sPM/);
    }
  });

  it('pages its own people', async () => {
    await talk('en', 'water is gushing out of the street and flooding');
    const [text] = await until('the page', async () => {
      const texts = await textsTo('+15755550171');
      return texts.length > 0 && texts;
    });
    expect(text?.body).toMatch(/^Rio Seco Water Authority EMERGENCY/);
    const page = await (await fetch(/http\S+/.exec(text?.body ?? '')?.[0] ?? '')).text();
    expect(page).toMatch(/Rio Seco Water Authority.*Mon, Nov 23, 10:\d\d\sAM/s); // nine in California
    heard.push(text?.body ?? '', page);
  });

  it('sends its codes by mail, and takes payments on a page, in its own name', async () => {
    await talk('es', 'cuánto debo', '10023414', '87901', 'correo');
    const [mail] = await until('the mail', async () => {
      const response = await fetch(`${app.url}/try/api/mail?address=lena@example.org`);
      const { messages } = (await response.json()) as { messages: { subject: string; text: string }[] };
      return messages.length > 0 && messages;
    });
    expect(mail?.text).toMatch(/Rio Seco Water Authority: .*\d{8}.* 5 minutos/s);
    const link = await payLinks(app.url, dir);
    const page = await (await fetch(await link(sampleId('account', '10023414')))).text();
    expect(page).toMatch(/Rio Seco Water Authority/);
    expect(page).toMatch(/53\.28/);
    expect(page).toMatch(/\(575\) 555-0140/);
    heard.push(mail?.subject ?? '', mail?.text ?? '', page);
  });

  it('says nothing anywhere that belongs to the sample', async () => {
    const { policy, articles } = await loadDistrictFolder(dir, {
      now: new Date(mondayMorning),
      sample: false,
    });
    const today = () => '2026-11-23';
    const knowledge = createKnowledge({ articles, clock: { today } });
    for (const id of knowledge.ids)
      for (const language of ['en', 'es'])
        heard.push(answerText(knowledge.byId(id, language) as never, { policy, today }));
    expect(heard.length).toBeGreaterThan(130);
    expect(heard.filter((text) => samples.test(text))).toEqual([]);
    expect(await ServiceLocationModel.countDocuments({ zip: { $in: ['94538', '94539', '94555'] } })).toBe(0);
    expect(app.sandbox?.email.from).toBe('help@example.org');
  });
});
