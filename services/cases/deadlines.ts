import type { CasePriority } from '../../models/case.ts';
import { createBusinessHours } from '../businessHours.ts';
import type { CaseDeps, Category } from './types.ts';

const hourMs = 3_600_000;

export type Deadlines = { acknowledgeBy: Date; expectedAt: Date };

/** By when somebody looks at a case and by when it is settled: an emergency by the clock, else in office time. */
export function createDeadlines(policy: CaseDeps['policy']) {
  const office = createBusinessHours(policy);
  return (category: Category, from: Date): Deadlines => {
    const after = (hours: number) =>
      category.priority === 'emergency' ? new Date(from.getTime() + hours * hourMs) : office.add(from, hours);
    return { acknowledgeBy: after(category.acknowledgeHours), expectedAt: after(category.dueHours) };
  };
}

/** Which of them is due first. */
export const firstOf = ({ acknowledgeBy, expectedAt }: Deadlines): Date =>
  new Date(Math.min(acknowledgeBy.getTime(), expectedAt.getTime()));

/** What an overdue case rises to. An emergency is one by its kind, never by its age. */
export const raised: Record<CasePriority, CasePriority> = {
  low: 'normal',
  normal: 'high',
  high: 'high',
  emergency: 'emergency',
};
