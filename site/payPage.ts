import { formatMoney } from '../services/money.ts';
import type { PayAnswer, PayPage } from '../services/payments/page.ts';
import { escapeHtml } from './fill.ts';
import { type PayWords, payWords } from './payWords.ts';

export type PayProblem = Exclude<PayAnswer, { ok: true }> | { reason: 'processorDown' | 'crossSite' };
type Form = Extract<PayPage, { state: 'form' }>;
/** So many outcomes are seen at once; the rarer ones are folded away. */
const shownAtOnce = 5;

/** What the customer typed, put back where it could not be taken. */
export type Typed = { amount: string; outcome: string };

/** What stands between the page's head and foot: all text is escaped here. */
export function payBody(
  page: PayPage,
  language: 'en' | 'es',
  { problem, typed }: { problem?: PayProblem | undefined; typed?: Typed | undefined } = {},
): string {
  const words = payWords(language);
  if (page.state === 'form') return form(page, words, language, problem, typed);
  const heading = `<h1>${escapeHtml(words[page.state])}</h1>`;
  const help = `<p>${escapeHtml(words[`${page.state}Help`])}</p>`;
  const failure = problem ? alert(problemText(problem, words, language)) : '';
  if (!('account' in page)) return `${failure}${heading}${help}`;
  const rows: [string, string][] = [
    [words.account, page.account],
    [words.paid, formatMoney(page.amount, language)],
    ...('receiptNumber' in page ? [[words.receipt, page.receiptNumber] as [string, string]] : []),
  ];
  return `${failure}<div class="outcome ${page.state}">${heading}${help}</div>${facts(rows)}`;
}

const facts = (rows: [string, string][]) =>
  `<dl class="facts">${rows
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('')}</dl>`;

const alert = (text: string) => `<p class="problem" id="problem" role="alert">${escapeHtml(text)}</p>`;

function form(
  page: Form,
  words: PayWords,
  language: string,
  problem: PayProblem | undefined,
  typed: Typed | undefined,
): string {
  const { account, balance, onTheWay, cardOnly, declined, outcomes, purpose, attempt } = page;
  const money = (cents: number) => formatMoney(cents, language);
  const rows: [string, string][] = [[words.account, account]];
  if (balance !== null)
    rows.push(balance < 0 ? [words.credit, money(-balance)] : [words.owed, money(balance)]);
  if (onTheWay > 0) rows.push([words.onTheWay, money(onTheWay)]);
  const isPayment = purpose === 'pay';
  return [
    `<h1>${escapeHtml(isPayment ? words.title : words.titleAutopay)}</h1>`,
    facts(rows),
    problem ? alert(problemText(problem, words, language)) : '',
    declined && !problem ? alert(words.declinedBefore) : '',
    '<form method="post">',
    `<input type="hidden" name="attempt" value="${attempt}">`,
    isPayment ? amountField(page, words, money, problem, typed) : `<p>${escapeHtml(words.enrolHelp)}</p>`,
    // Why is the customer's affair: who pays for somebody else is told how to pay, and no more.
    cardOnly && isPayment
      ? `<p class="hint">${escapeHtml(balance === null ? words.onlyCards : words.cardOnly)}</p>`
      : '',
    outcomes
      ? choices(outcomes, purpose, words, typed)
      : `<p class="hint">${escapeHtml(words.continueHelp)}</p>`,
    `<button type="submit" class="start">${escapeHtml(
      isPayment ? (outcomes ? words.pay : words.continue) : words.enrol,
    )}</button>`,
    '</form>',
  ].join('\n');
}

function amountField(
  { amount, least, most }: Form,
  words: PayWords,
  money: (cents: number) => string,
  problem: PayProblem | undefined,
  typed: Typed | undefined,
): string {
  const value = typed?.amount ?? (amount === null ? '' : (amount / 100).toFixed(2));
  const help = words.amountHelp.replace('{least}', money(least)).replace('{most}', money(most));
  const isWrong = problem && ['badAmount', 'tooLittle', 'tooMuch'].includes(problem.reason);
  return `<label for="amount">${escapeHtml(words.amount)}</label>
<div class="amount"><span aria-hidden="true">$</span><input id="amount" name="amount" inputmode="decimal" autocomplete="off" required maxlength="16" value="${escapeHtml(value)}" aria-describedby="amount-help${isWrong ? ' problem' : ''}"${isWrong ? ' aria-invalid="true"' : ''}></div>
<p class="hint" id="amount-help">${escapeHtml(help)}</p>`;
}

/** Named outcomes instead of a card's or an account's number. */
function choices(
  outcomes: string[],
  purpose: Form['purpose'],
  words: PayWords,
  typed: Typed | undefined,
): string {
  const chosen = outcomes.includes(typed?.outcome ?? '') ? typed?.outcome : outcomes[0];
  const option = (outcome: string) => {
    const mark = outcome === chosen ? ' checked' : '';
    return `<label class="choice"><input type="radio" name="outcome" value="${escapeHtml(outcome)}"${mark}> <span>${escapeHtml(nameOf(outcome, purpose, words))}</span></label>`;
  };
  const [first, rest] = [outcomes.slice(0, shownAtOnce), outcomes.slice(shownAtOnce)];
  const open = rest.some((outcome) => outcome === chosen) ? ' open' : '';
  const more = `<details${open}><summary>${escapeHtml(words.more)}</summary>\n${rest.map(option).join('\n')}\n</details>`;
  return `<fieldset><legend>${escapeHtml(words.how)}</legend>
<p class="hint">${escapeHtml(words.sandbox)}</p>
${first.map(option).join('\n')}
${rest.length > 0 ? more : ''}
</fieldset>`;
}

function nameOf(outcome: string, purpose: Form['purpose'], words: PayWords): string {
  const [name = '', code = ''] = outcome.split(':');
  const isEnrolment = purpose === 'autopay';
  if (code) return words[isEnrolment ? 'outcome.enrolReturned' : 'outcome.returned'].replace('{code}', code);
  if (name === 'approved') return words[isEnrolment ? 'outcome.enrolApproved' : 'outcome.approved'];
  if (name === 'declined') return words[isEnrolment ? 'outcome.enrolDeclined' : 'outcome.declined'];
  return words[name === 'bankDeclined' ? 'outcome.bankDeclined' : 'outcome.pending'];
}

function problemText(problem: PayProblem, words: PayWords, language: string): string {
  if (problem.reason === 'tooLittle')
    return words.tooLittle.replace('{least}', formatMoney(problem.least, language));
  if (problem.reason === 'tooMuch')
    return words.tooMuch.replace('{most}', formatMoney(problem.most, language));
  return words[problem.reason === 'cardOnly' ? 'onlyCards' : problem.reason];
}
