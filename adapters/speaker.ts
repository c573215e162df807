import type { Entry } from '../models/entry.ts';

/**
 * Who answers from this line on: a CSR by name, or '' for the bot. Lines that belong to no holder (a receipt, a
 * notice) say nothing of it.
 */
export function speakerData({ from, author, activity }: Entry): { 'headgate:speaker'?: string } {
  if (from === 'csr' || activity?.name === 'desk.claimed') return { 'headgate:speaker': author?.name ?? '' };
  if (activity?.name === 'desk.transferred') {
    const { to } = (activity.value ?? {}) as { to?: string };
    return { 'headgate:speaker': to ?? '' };
  }
  const isBots = from === 'bot' || activity?.name === 'desk.returned' || activity?.name === 'desk.resolved';
  return isBots ? { 'headgate:speaker': '' } : {};
}
