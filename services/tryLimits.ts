import type { VerificationTry } from '../models/verificationTry.ts';
import type { Policy } from './policy.ts';

type Series = 'account' | 'conversation' | 'network' | 'address';
type Limits = Policy['verify'];

/** A place in a series: the nth of a round; a limit is how many a round has. */
export type TakenPlace = { key: string; round: number; n: number; roundAt: Date };
export type EarlierTry = Pick<
  VerificationTry,
  'at' | 'outcome' | 'account' | 'conversation' | 'network' | 'address'
>;

const minute = 60_000;

/**
 * The place of the next try, or null where the series is locked: three wrong ones, the last less than 30
 * minutes ago (the figures are the policy's). A right try begins a new round and forgives the wrong ones at
 * that same account; the others stay, so that one's own account is no way round the limit of a conversation.
 * @param earlier the latest tries of the series, the latest first, at least a whole round.
 */
export function nextTry(
  series: Series,
  key: string,
  earlier: readonly EarlierTry[],
  at: Date,
  limits: Limits,
) {
  const last = earlier[0];
  if (last === undefined) return first(key, at, 1);
  const { round, n } = placeIn(last, series);
  if (at.getTime() - last.at.getTime() >= limits.lockMinutes * minute) return first(key, at, round + 1);
  if (last.outcome === 'right') {
    const forgiven = earlier.filter(
      (one) =>
        placeIn(one, series).round === round &&
        one.outcome !== 'right' &&
        one.account.key === last.account.key,
    );
    return { ...first(key, at, round + 1), n: n - forgiven.length };
  }
  if (last.outcome === 'matched') return { ...first(key, at, round + 1), n };
  return n >= limits.maxTries ? null : { key, round, n: n + 1, roundAt: at };
}

/**
 * The place of the next try in its network's or its address's series, or null where the window, begun by its first try,
 * has had all its wrong ones. A network may be an office or a phone company with many customers at once, so the place is not the
 * limit: `wrong` is, the tries of the window that count against it.
 */
export function nextInWindow(
  series: 'network' | 'address',
  key: string,
  last: EarlierTry | undefined,
  wrong: number,
  at: Date,
  limits: Limits,
) {
  if (last === undefined) return first(key, at, 1);
  const { round, n, roundAt } = placeIn(last, series);
  if (isOver(roundAt, at, limits)) return first(key, at, round + 1);
  return wrong >= mostIn(series, limits) ? null : { key, round, n: n + 1, roundAt };
}

/** How many wrong tries a window has. */
export const mostIn = (series: 'network' | 'address', limits: Limits): number =>
  series === 'network' ? limits.networkTries : limits.addressTries;

const isOver = (roundAt: Date, at: Date, limits: Limits) =>
  at.getTime() - roundAt.getTime() >= limits.lockMinutes * minute;

/** The place of the next code, or null where the window, begun by its first code, has had all of its codes. */
export function nextCode(series: Series, key: string, last: EarlierCode | null, at: Date, limits: Limits) {
  if (last === null) return first(key, at, 1);
  const { round, n, roundAt } = placeIn(last, series);
  const [most, minutes] =
    series === 'network'
      ? [limits.networkTries, limits.lockMinutes]
      : [limits.maxCodes, limits.codeWindowMinutes];
  if (at.getTime() - roundAt.getTime() >= minutes * minute) return first(key, at, round + 1);
  return n >= most ? null : { key, round, n: n + 1, roundAt };
}

export type EarlierCode = Pick<VerificationTry, 'account' | 'conversation' | 'network' | 'address'>;

const first = (key: string, roundAt: Date, round: number): TakenPlace => ({ key, round, n: 1, roundAt });

function placeIn(one: EarlierCode, series: Series) {
  const { round, n, roundAt } = one[series] ?? {};
  return { round: round ?? 0, n: n ?? 0, roundAt: roundAt ?? new Date(0) };
}
