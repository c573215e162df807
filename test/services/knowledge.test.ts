import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerText } from '../../dialogs/knowledge.ts';
import { loadKnowledge } from '../../services/knowledge/load.ts';
import { createKnowledge } from '../../services/knowledge.ts';
import { loadPolicy } from '../../services/policy.ts';

const today = () => '2026-11-23';
const policy = await loadPolicy('district');
const articles = await loadKnowledge('district');
const knowledge = createKnowledge({ articles, clock: { today } });

type Question = [question: string, id: string, language: string];

/** How customers ask, in words that are not those of the answers' own lists. */
const asked = (await readFile('district/questions.tsv', 'utf8'))
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t') as Question);
const questions = asked.filter(([, id]) => id !== 'none');
/** What nobody at a water District has an answer for. */
const strangers = asked.filter(([, id]) => id === 'none');

describe('the District’s answers', () => {
  it('are at least forty, each in English and Spanish, with source, owner and date', () => {
    expect(knowledge.ids.length).toBeGreaterThanOrEqual(40);
    for (const { answer, asks, owner, source } of articles) {
      expect(answer.es).not.toBe(answer.en);
      expect(asks.es?.length).toBeGreaterThan(1);
      expect(owner && source).toBeTruthy();
    }
  });

  it('say their figures from the policy, with none left in braces', () => {
    for (const id of knowledge.ids)
      for (const language of ['en', 'es']) {
        const answer = knowledge.byId(id, language);
        const text = answerText(answer as NonNullable<typeof answer>, { policy, today });
        expect(text).not.toMatch(/[{}]|undefined|NaN/);
        expect(text.length).toBeLessThan(480);
      }
    const text = (id: string, language: string) =>
      answerText(knowledge.byId(id, language) as never, { policy, today });
    expect(text('late_fee', 'en')).toContain('a late fee of $5.00');
    expect(text('hours', 'en')).toContain('open Monday to Friday, 8 a.m. to 5 p.m.');
    expect(text('holidays', 'es')).toContain('jueves, 26 de noviembre');
    expect(text('rates', 'en')).toContain('$4.596 inside the District');
  });

  it('are found by what customers write: at least nine of ten, and hardly ever a wrong one', () => {
    const found = questions.map(([question, , language]) => knowledge.find(question, language)?.id ?? null);
    const right = found.filter((id, at) => id === questions[at]?.[1]).length;
    const wrong = questions.filter(([, id], at) => found[at] !== null && found[at] !== id);
    expect({ right: right / questions.length >= 0.9, wrong: wrong.length <= 3 }).toEqual({
      right: true,
      wrong: true,
    });
  });

  it('are not given to what they know nothing about', () => {
    const answered = strangers.filter(([text, , language]) => knowledge.find(text, language) !== null);
    expect(answered).toEqual([]);
  });

  it('change on the day on which the new wording begins', () => {
    const [hours] = articles.filter(({ id }) => id === 'hours');
    const next = { ...hours, effectiveOn: '2026-12-01', answer: { en: 'New hours.', es: 'Horario nuevo.' } };
    const on = (day: string) =>
      createKnowledge({ articles: [...articles, next as never], clock: { today: () => day } });
    expect(on('2026-11-30').byId('hours', 'en')?.text).toMatch(/^Our office is open/);
    expect(on('2026-12-01').byId('hours', 'en')?.text).toBe('New hours.');
    expect(on('2026-12-01').find('a qué hora abren', 'es')?.text).toBe('Horario nuevo.');
  });

  it('that begin on a day to come hide none of today’s', () => {
    const [fee] = articles.filter(({ id }) => id === 'late_fee');
    const next = {
      ...fee,
      id: 'late_fee_next',
      effectiveOn: '2027-07-01',
      asks: { en: ['late fee'], es: ['recargo'] },
    };
    const known = createKnowledge({ articles: [...articles, next as never], clock: { today } });
    expect(known.find('is there a late fee', 'en')?.id).toBe('late_fee');
  });

  it('are given in English to somebody whose language they do not have', () => {
    expect(knowledge.find('what are your hours', 'vi')).toMatchObject({ id: 'hours', language: 'en' });
    const vi = { answer: { vi: 'Mo cua {office}.' }, asks: { vi: ['gio lam viec'] } };
    const withVi = articles.map((one) =>
      one.id === 'hours'
        ? { ...one, answer: { ...one.answer, ...vi.answer }, asks: { ...one.asks, ...vi.asks } }
        : one,
    );
    const known = createKnowledge({ articles: withVi, clock: { today } });
    expect(known.find('gio lam viec', 'vi')).toMatchObject({ id: 'hours', language: 'vi' });
    expect(known.find('is there a late fee', 'vi')).toMatchObject({ id: 'late_fee', language: 'en' });
  });

  it('that cannot be used stop the start, with every problem listed', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'headgate-'));
    await mkdir(path.join(dir, 'knowledge'));
    const one = 'effectiveOn: 2019-03-01, owner: A, source: B, asks: {en: [a], es: [b]}';
    await writeFile(
      path.join(dir, 'knowledge', 'x.yaml'),
      `- {id: fees, ${one}, answer: {en: 'It is {lateFe}.', es: 'Es {lateFee}.'}}\n` +
        `- {id: late_fees, ${one}, answer: {en: 'It is.'}}\n- {id: other_fees, ${one}, answer: {en: x, es: y}}\n- {id: other_fees, ${one}, answer: {en: x, es: y}}\n`,
    );
    await expect(loadKnowledge(dir)).rejects.toMatchObject({
      code: 'knowledge.invalid',
      problems: [
        expect.stringMatching(
          /x\.yaml:1: fees: answer\.en: \{lateFe\} is not a figure of the policy; did you mean \{lateFee\}/,
        ),
        expect.stringMatching(/x\.yaml:2: late_fees: answer\.es: is missing/),
        expect.stringMatching(/x\.yaml:4: other_fees of 2019-03-01: is there twice, first at .*x\.yaml:3/),
      ],
    });
  });
});
