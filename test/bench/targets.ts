import type { Figures, Followed } from './measure.ts';
import type { Row, Target } from './report.ts';

type Results = { plain: Figures; headgate: Row; told: Followed; turns: number };

/** What the product promises, and whether this run kept it. */
export function targetsOf({ plain, headgate: { closed, open }, told, turns }: Results): Target[] {
  const { receive, turn, commit, deliver } = told.commands;
  const before = (receive + turn + commit + deliver) / turns;
  const below = (what: string, value: number | null, most: number, wanted: string): Target => ({
    what,
    value,
    wanted,
    met: value !== null && value < most,
  });
  const ratio = closed.perSecond / plain.perSecond;
  return [
    // A message in five hundred falls on the edge of the stretch that is counted.
    below('store round trips before the reply is out', before, 4.01, 'at most 4'),
    below('fsyncs a turn, 16 conversations', closed.fsyncs, 1, 'below 1'),
    {
      what: 'turns a second, 16 conversations, FULL',
      value: closed.perSecond,
      wanted: 'at least 150',
      met: closed.perSecond >= 150,
    },
    below('p99 at 20 turns a second, ms', open?.p99 ?? null, 150, 'below 150'),
    { what: 'turns of (c) for one of (a)', value: ratio, wanted: 'aim for 0.50', met: ratio >= 0.5 },
  ];
}
