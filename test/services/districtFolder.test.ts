import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDistrictFolder } from '../../services/districtFolder.ts';
import { ownDistrict, putting } from '../support/ownDistrict.ts';

const now = new Date('2026-11-23T17:00:00Z');
const made: string[] = [];
afterAll(() => Promise.all(made.map((dir) => rm(dir, { recursive: true, force: true }))));

/** The problems of a folder, each without the folder's own name. */
async function problemsIn(dir: string): Promise<string[]> {
  made.push(dir);
  const read = await readDistrictFolder(dir, { now, sample: true });
  return read.ok ? [] : read.problems.map((problem) => problem.replace(`${dir}${path.sep}`, ''));
}
const problemsOf = async (...changes: Parameters<typeof ownDistrict>) =>
  problemsIn(await ownDistrict(...changes));
const problemsOfPolicy = (...pairs: [string, string][]) => problemsOf({ 'policy.yaml': putting(...pairs) });
const replacedBy = (text: string) => () => text;

const rate = (effectiveOn: string) => `  - effectiveOn: ${effectiveOn}
    source: Ordinance 9
    kind: tiered
    serviceCharge: { "5/8": 18.40, "3/4": 18.40, "1": 31.75 }
    tiers:
      - { upToGallonsPerDay: 400, perUnit: 3.10 }
      - { upToGallonsPerDay: 150, perUnit: 4.65 }
    otherPerUnit: 4.85
`;

describe('a District’s folder', () => {
  it('has nothing wrong with it as the sample is', async () => {
    expect(await problemsOf()).toEqual([]);
  });

  it('tells the mistakes of all its files at once', async () => {
    const problems = await problemsOf({
      'policy.yaml': putting(
        ['dueDays: 21', 'dueDay: 21'],
        ['perUnit:\n      inside: 4.596', 'perUnit:\n      inside: "4.596"'],
      ),
      'knowledge/bills.yaml': putting(['  source: Rate resolution 2019-04\n', '']),
      'knowledge/contact.yaml': putting([
        'For an emergency call {emergencyPhone}',
        'For an emergency call {emergencyphone}',
      ]),
      'sample-accounts.json': putting([
        '"zip": "94538", "meterSize": "5/8" }',
        '"zip": "87901", "meterSize": "5/8" }',
      ]),
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /^policy\.yaml:\d+: rates \(item 1\)\.perUnit\.inside: must be a number without quotes/,
      ),
      expect.stringMatching(/^policy\.yaml:\d+: billing\.dueDays: is missing/),
      expect.stringMatching(/^policy\.yaml:\d+: billing\.dueDay: is not a known key; did you mean dueDays\?/),
      expect.stringMatching(/^knowledge.bills\.yaml:1: read_my_bill: source: is missing/),
      expect.stringMatching(
        /^knowledge.contact\.yaml:\d+: \w+: answer\.en: \{emergencyphone\} is not .*\{emergencyPhone\}\?/,
      ),
    ]);
  });

  it.each<[string, [string, string][], RegExp]>([
    [
      'a ZIP code without quotes',
      [['["94538",', '[94538,']],
      /district\.zips \(item 1\): must be text: put quotes/,
    ],
    [
      'a phone without quotes',
      [['phone: "+15105550190"', 'phone: +15105550190']],
      /district\.phone: must be text: put/,
    ],
    [
      'an amount with a dollar sign',
      [['amount: 5.00', 'amount: $5.00']],
      /lateFee\.amount: must be a number .*"\$5\.00"/,
    ],
    [
      'a negative rate',
      [['inside: 4.596', 'inside: -4.596']],
      /perUnit\.inside: must be 0 or more, not -4\.596/,
    ],
    [
      'a time zone that is none',
      [['America/Los_Angeles', 'Pacific']],
      /timeZone: must be a time zone, such as/,
    ],
    [
      'a day that does not exist',
      [['on: "07-04"', 'on: "02-30"']],
      /holidays\.days \(item 7\)\.on: must be a day of every/,
    ],
    [
      'a holiday written another way',
      [['on: "07-04"', 'on: "July 4"']],
      /\(item 7\)\.on: must be a day of every year, "MM/,
    ],
    [
      'a holiday of a key of its own',
      [['on: "07-04"', 'when: "07-04"']],
      /\(item 7\): must have a name and either on/,
    ],
    [
      'a case that is none for a meter nobody could read',
      [['meterCase: meter_stopped', 'meterCase: meter_halted']],
      /billing\.schedule\.meterCase: meter_halted is not a code of cases\.categories/,
    ],
    [
      'hours that end before they begin',
      [['close: "16:00"', 'close: "06:00"']],
      /hours\.lobby: must open before it closes/,
    ],
    [
      'a kind of rate that is none',
      [['kind: uniform', 'kind: flat']],
      /rates \(item 1\)\.kind: must be uniform or tiered/,
    ],
    ['a tab', [['  dueDays: 21', '\tdueDays: 21']], /policy\.yaml:\d+: .*use spaces/],
    [
      'a bracket left open',
      [['zips: ["94538", "94539", "94555"]', 'zips: ["94538"']],
      /policy\.yaml:\d+: .*bracket/,
    ],
    [
      'a key twice',
      [['  dueDays: 21', '  dueDays: 21\n  dueDays: 20']],
      /policy\.yaml:\d+: this key is there twice/,
    ],
    [
      'a day that is missing',
      [
        [
          '  effectiveOn: 2019-03-01\n  source: Customer service policy, section 4\n',
          '  source: Policy, section 4\n',
        ],
      ],
      /payments\.effectiveOn: is missing/,
    ],
    [
      'a day that is none',
      [['  - effectiveOn: 2019-03-01\n    source: Water', '  - effectiveOn: 2019-02-30\n    source: Water']],
      /drought \(item 1\)\.effectiveOn: must be a day that exists, YYYY-MM-DD, not 2019-02-30/,
    ],
    ['a key left empty', [['dueDays: 21', 'dueDays:']], /billing\.dueDays: has nothing behind it/],
  ])('says in plain words what is wrong with %s', async (_, pairs, words) => {
    const problems = await problemsOfPolicy(...pairs);
    expect(problems[0]).toMatch(words);
    expect(problems.length).toBeLessThanOrEqual(5);
  });

  it('wants tiers to rise, two rates to begin on two days, and a price for each meter that had one', async () => {
    expect(await problemsOfPolicy(['# A drought', `${rate('2026-07-01')}\n# A drought`])).toEqual([
      expect.stringMatching(/rates \(item 2\)\.tiers: must rise/),
    ]);
    const rising = (day: string) => rate(day).replace('400', '100').replace('upToGallonsPerDay: 150, ', '');
    const problems = await problemsOfPolicy([
      '# A drought',
      `${rising('2019-03-01')}${rising('2026-07-01')}\n# A drought`,
    ]);
    expect(problems[0]).toMatch(/rates \(item 2\)\.effectiveOn: another item begins on 2019-03-01 too/);
    expect(problems.filter((one) => one.includes('has no price for a meter of 10"'))).not.toEqual([]);
  });

  it('says what does not hold yet: a rate to come with none before it, a fee of next year', async () => {
    const problems = await problemsOf({
      'policy.yaml': (text) =>
        text
          .replace(/(rates:\n {2}- effectiveOn: )2019-03-01/, '$12027-01-01')
          .replace(/(deposit:\n {2}effectiveOn: )2019-03-01/, '$12027-01-01'),
    });
    expect(problems).toEqual([
      expect.stringMatching(/rates: none holds today, 2026-11-23: the first begins on 2027-01-01/),
      expect.stringMatching(/deposit\.effectiveOn: is a day to come, 2027-01-01/),
    ]);
  });

  it('has no sample account that it does not serve', async () => {
    const problems = await problemsOfPolicy(['"94555"]', '"94560"]'], ['      "2": 255.99\n', '']);
    expect(problems).toContain(
      'sample-accounts.json: account 10155380: its ZIP code 94555 is not in district.zips',
    );
    expect(problems).toContain(
      'sample-accounts.json: account 10233773: the rate of 2019-03-01 has no price for its meter of 2"',
    );
  });

  it('is told to be missing, empty, or without answers', async () => {
    expect(await problemsIn('no/such/folder')).toEqual(['no/such/folder: is missing, or is no folder']);
    const empty = await mkdtemp(path.join(tmpdir(), 'headgate-district-'));
    expect(await problemsIn(empty)).toEqual([
      expect.stringMatching(/: is empty; copy the folder district into it/),
    ]);
    await writeFile(path.join(empty, 'notes.txt'), 'x');
    expect(await problemsIn(empty)).toEqual([
      'policy.yaml: is missing',
      'knowledge: is missing',
      'sample-accounts.json: is missing',
    ]);
  });

  it('is not read where a file is huge, empty, another file, not UTF-8 or a riddle', async () => {
    expect(await problemsOf({ 'policy.yaml': (text) => text + '#'.repeat(2_000_000) })).toEqual([
      'policy.yaml: is larger than 1 MB, which is no file of a District',
    ]);
    expect(await problemsOf({ 'policy.yaml': replacedBy('') })).toEqual(['policy.yaml: has nothing in it']);
    expect(await problemsOf({ 'knowledge/water.yaml': replacedBy('hello: there') })).toEqual([
      'knowledge/water.yaml: must be a list of answers, "- id: …"',
    ]);
    expect(await problemsOf({ 'sample-accounts.json': replacedBy('{"accounts": [}') })).toEqual([
      expect.stringMatching(/^sample-accounts\.json: is not JSON: /),
    ]);
    const many =
      'a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c]';
    expect(await problemsOf({ 'policy.yaml': replacedBy(many) })).toEqual([
      expect.stringMatching(/^policy\.yaml/),
    ]);
    const dir = await ownDistrict();
    await writeFile(path.join(dir, 'policy.yaml'), Buffer.from('district: { name: Ca\xf1on }', 'latin1'));
    expect(await problemsIn(dir)).toEqual([expect.stringMatching(/^policy\.yaml: is not saved as UTF-8/)]);
  });

  it('may be written on Windows', async () => {
    expect(await problemsOf({ 'policy.yaml': (text) => `\ufeff${text.replaceAll('\n', '\r\n')}` })).toEqual(
      [],
    );
  });
});
