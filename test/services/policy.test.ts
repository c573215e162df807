import { readFile } from 'node:fs/promises';
import { errorCodes } from '../../services/errors.ts';
import { createOfficeHours } from '../../services/officeHours.ts';
import { loadPolicy, parsePolicy } from '../../services/policy.ts';

const text = await readFile('district/policy.yaml', 'utf8');
const problemsOf = (changed: string): readonly string[] => {
  try {
    parsePolicy(changed);
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
  return [];
};

describe('the District’s policy', () => {
  it('is read from its folder', async () => {
    const policy = await loadPolicy('district');
    expect(policy.district.name).toBe('Alder Valley Water District');
    expect(policy.verify).toMatchObject({ codeDigits: 6, codeMinutes: 10, maxTries: 3, lockMinutes: 30 });
  });

  it('lists every mistake at once, with file, key and what is wrong', () => {
    const changed = text
      .replace('"5/8": 56.61', '"5/8": -1')
      .replace('America/Los_Angeles', 'Fremont')
      .replace('cutoff: "17:00"', 'cutoff: 5pm')
      .replace('dueDays: 21', 'dueDay: 21')
      .replace('maxTries: 3', 'maxTries: three');
    const problems = problemsOf(changed);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^policy\.yaml:\d+: rates \(item 1\)\.serviceCharge\.5\/8: must be 0 or more/),
        expect.stringMatching(/^policy\.yaml:\d+: district\.timeZone: must be a time zone/),
        expect.stringMatching(/^policy\.yaml:\d+: start\.cutoff: must be a time of day/),
        expect.stringMatching(/^policy\.yaml:\d+: billing\.dueDays: is missing/),
        expect.stringMatching(/^policy\.yaml:\d+: billing\.dueDay: is not a known key; did you mean dueDays/),
        expect.stringMatching(/^policy\.yaml:\d+: verify\.maxTries: must be a number .* not "three"/),
      ]),
    );
    expect(problems).toHaveLength(6);
  });

  it('names the line of what is not YAML', () => {
    expect(problemsOf('district:\n  name: [')[0]).toMatch(/^policy\.yaml:\d+: /);
  });

  it('wants for every block since when it holds and who decided it', () => {
    expect(problemsOf(text.replaceAll(/^ {2}source: .*$/gm, ''))).toHaveLength(16);
  });

  it('refuses two rates that begin on the same day', () => {
    const rate = text.slice(text.indexOf('  - effectiveOn'), text.indexOf('# A drought'));
    expect(problemsOf(text.replace('rates:\n', `rates:\n${rate}`))[0]).toMatch(
      /rates \(item 2\)\.effectiveOn: another item/,
    );
  });

  it('says which file is missing', async () => {
    await expect(loadPolicy('nowhere')).rejects.toThrow(/nowhere.policy\.yaml: is missing/);
  });

  it('has the office open on working days from eight to five', async () => {
    const isOpen = createOfficeHours(await loadPolicy('district'));
    expect(isOpen(new Date('2026-11-23T16:00:00Z'))).toBe(true); // Monday, 8:00
    expect(isOpen(new Date('2026-11-24T00:59:00Z'))).toBe(true); // Monday, 16:59
    expect(isOpen(new Date('2026-11-24T01:00:00Z'))).toBe(false); // Monday, 17:00
    expect(isOpen(new Date('2026-11-26T20:00:00Z'))).toBe(false); // Thanksgiving
    expect(isOpen(new Date('2026-11-28T20:00:00Z'))).toBe(false); // Saturday
  });
});

describe('the list of error codes', () => {
  it('says for each one what to do', () => {
    for (const [code, advice] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[a-zA-Z]+\.[a-zA-Z]+$/);
      expect(advice.length).toBeGreaterThan(40);
    }
  });
});
