import type { CrewItem } from '../../types.ts';
import { sentence } from '../../words.ts';

/** Work of the crews, as a CSR says it; the types are those of the policy. */
const crewNames: Record<string, string> = {
  TURN_ON: 'Turn on',
  TURN_OFF: 'Turn off',
  READ_IN: 'Read the meter, moving in',
  READ_OUT: 'Read the meter, moving out',
  REREAD: 'Read the meter again',
  HIGH_READ_CHECK: 'Check a high reading',
  WQ_SAMPLE: 'Water sample',
};
/** Why something stands still until a person looks at it. */
const reasons: Record<string, string> = {
  priorDebt: 'The new customer may owe from before.',
  premiseActive: 'Somebody else still has service there, and the day has come.',
  cannot: 'The crew could not do it.',
  notSent: 'The crews’ system did not take it. Call the crew.',
  overdue: 'It is past its due time.',
  promise: 'The customer was promised a call or a letter.',
  customerAdded: 'The customer has added something.',
  pageUnanswered: 'Nobody on call has answered.',
  reopened: 'The customer says that it is not settled.',
};

export const crewName = (type: string): string => crewNames[type] ?? sentence(type.toLowerCase());
export const caseName = (category: string): string => sentence(category);
export const whyName = (why: string): string =>
  reasons[why] ??
  (why.includes('.') ? `It did not go on: ${sentence(why.split('.')[1] ?? '')}.` : sentence(why));
export const dollars = (cents: number): string =>
  (cents / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' });

/** "READ, 1412; dog in the yard" */
export const crewResult = ({ code, reading, notes }: NonNullable<CrewItem['result']>): string =>
  [[code, reading].filter((part) => part !== null).join(', '), notes].filter(Boolean).join('; ');
