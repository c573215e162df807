/** Figures of the policy that an answer may name in {braces}; the dialogs say them in the customer's language. */
export const placeholders = [
  'district',
  'phone',
  'emergencyPhone',
  'office',
  'lobby',
  'nextHoliday',
  'cycleDays',
  'gallonsPerUnit',
  'rates',
  'ratesSince',
  'serviceCharge',
  'dueDays',
  'autopayDays',
  'lateFee',
  'lateFeeGraceDays',
  'lateFeeWaiverMonths',
  'returnedFirst',
  'returnedLater',
  'leakCreditPct',
  'leakMonths',
  'leakFixedDays',
  'leakClaimDays',
  'assistanceCredit',
  'assistanceMonths',
  'assistanceProofs',
  'povertyLevelPct',
  'extensionDays',
  'extensionsPerYear',
  'planMonths',
  'planMonthsCsr',
  'setupFee',
  'sameDayFee',
  'sameDayCutoff',
  'startNoticeDays',
  'startCutoff',
  'depositWithoutCredit',
  'depositCapBills',
  'depositMonths',
  'stopNoticeDays',
  'finalBillDays',
  'refundDays',
  'droughtStage',
] as const;
export type Placeholder = (typeof placeholders)[number];

const inBraces = /\{(\w+)\}/g;

/** The placeholders that a text names, known or not. */
export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(inBraces)].map(([, name]) => name as string);

/** The text with each placeholder's figure in its place; "5 p.m." at the end of a sentence brings its full stop. */
export const fill = (text: string, figure: (name: Placeholder) => string): string =>
  text
    .replace(inBraces, (_, name: string) => figure(name as Placeholder))
    .replace(/\b([ap])\.m\.\./g, '$1.m.');
