import { execFile } from 'node:child_process';
import { access, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeDataDir } from '../support/app.ts';
import { ownDistrict, putting } from '../support/ownDistrict.ts';

type Ran = { code: number; out: string; err: string };

/** Runs a program of `bot/` as `npm run` does. */
const run = (program: string, args: string[], env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', './bot/node24.js', program, ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
const check = (...args: string[]) => run('bot/tools/districtCheck.ts', args);
const ask = (...args: string[]) => run('bot/tools/districtAsk.ts', args);

let clumsy: string;
let dataDir: string;
beforeAll(async () => {
  dataDir = path.join(await makeDataDir(), 'data');
  clumsy = await ownDistrict({
    'policy.yaml': putting(['dueDays: 21', 'dueDay: 21'], ['inside: 4.596', 'inside: -4.596']),
    'knowledge/paying.yaml': putting(['{lateFeeGraceDays} days after', '{graceDays} days after']),
  });
});
afterAll(() =>
  Promise.all([clumsy, path.dirname(dataDir)].map((dir) => rm(dir, { recursive: true, force: true }))),
);

describe('a clerk who made mistakes in the District’s folder', () => {
  it('reads all of them at the start, with no stack, and nothing is begun', async () => {
    const { code, err } = await run('bot/main.ts', [], {
      DISTRICT_DIR: clumsy,
      DATA_DIR: dataDir,
      PORT: '0',
    });
    expect(code).toBe(1);
    expect(err).toMatch(/cannot be used: 4 problems \(docs\/district\.md explains the files\)/);
    expect(err).toMatch(
      /policy\.yaml:\d+: rates \(item 1\)\.perUnit\.inside: must be 0 or more, not -4\.596/,
    );
    expect(err).toMatch(
      /paying\.yaml:\d+: late_fee: answer\.en: \{graceDays\} is not a figure of the policy/,
    );
    expect(err).not.toMatch(/\n\s+at |Error:/);
    await expect(access(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reads the same without starting', async () => {
    const { code, err } = await check(clumsy);
    expect(code).toBe(1);
    expect(err).toMatch(/billing\.dueDay: is not a known key; did you mean dueDays\?/);
    expect(err).toMatch(/4 problems\.\n$/);
    expect(err).not.toMatch(/\n\s+at /);
    expect((await check('no/such/folder')).err).toMatch(/is missing, or is no folder/);
    expect(await check('district', 'tomorrow')).toMatchObject({ code: 2 });
  });
});

describe('a clerk whose folder is right', () => {
  it('reads what customers are told, and a bill line by line', async () => {
    const { code, out } = await check('district', '2026-11-23');
    expect(code).toBe(0);
    expect(out).toMatch(
      /Office Monday to Friday, 8 a\.m\. to 5 p\.m\.; .*next holiday Thursday, November 26/,
    );
    expect(out).toMatch(/A home's bill of 16 CCF in 60 days with a 5\/8" meter: \$130\.15/);
    expect(out).toMatch(/62 answers: 62 en, 62 es/);
  });

  it('sees a rate before its day', async () => {
    const next = `  - effectiveOn: 2027-07-01
    source: Resolution 2027-1
    kind: uniform
    serviceCharge: { "5/8": 60, "3/4": 60, "1": 90, "1.5": 170, "2": 260, "3": 550, "4": 980, "6": 2500, "8": 4400, "10": 6500 }
    perUnit: { inside: 5, outside: 6 }
`;
    const dir = await ownDistrict({
      'policy.yaml': putting(['# A drought stage', `${next}\n# A drought stage`]),
    });
    expect((await check(dir, '2027-06-30')).out).toMatch(/Rates to come: 2027-07-01[\s\S]*meter: \$130\.15/);
    expect((await check(dir, '2027-08-30')).out).toMatch(/16 x 5\.00 = \$80\.00 \(Resolution 2027-1\)/);
    await rm(dir, { recursive: true });
  });

  it('asks a question and reads the answer, or why there is none', async () => {
    expect((await ask('district', 'is there a late fee')).out).toMatch(
      /late fee of \$5\.00[\s\S]*late_fee, en; Customer/,
    );
    expect((await ask('district', 'hay recargo por pago tardío', 'es')).out).toMatch(/un recargo de \$5\.00/);
    expect((await ask('district', 'when is trash day')).out).toMatch(/No answer is near enough/);
    expect((await ask('district', 'what do I owe')).out).toMatch(
      /takes this for billInquiry and begins that/,
    );
  });

  it('measures how many questions are answered as wanted', async () => {
    const file = path.join(path.dirname(dataDir), 'own.tsv');
    await writeFile(
      file,
      '# ours\nis there a late fee\tlate_fee\ten\nwhen is trash day\tlate_fee\ten\nhello there, trash\tlate_fees\n',
    );
    const { out } = await ask('district', file);
    expect(out).toMatch(/"when is trash day": none, not late_fee\n/);
    expect(out).toMatch(/late_fees is no answer's id/);
    expect(out).toMatch(/1 of 3 as wanted \(33\.3%\); 0 begin a task instead, 0 get a wrong answer/);
  });
});
