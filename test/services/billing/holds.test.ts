import { createHolds } from '../../../services/billing/holds.ts';

/** Accounts with a plan that is kept, and accounts with cases, by their group. */
const held = createHolds({
  payments: { onTheWay: async (accountId) => (accountId === 'transfer' ? 13015 : 0) },
  plans: { open: async (accountId) => (accountId === 'plan' ? { planNumber: 'P-1' } : null) },
  cases: {
    list: async ({ accountId, status, group }) => {
      const all = [
        { accountId: 'dispute', status: 'open', group: 'billing' },
        { accountId: 'settled', status: 'closed', group: 'billing' },
        { accountId: 'leak', status: 'open', group: 'leak' },
      ];
      return {
        items: all.filter(
          (one) => one.accountId === accountId && one.status === status && one.group === group,
        ),
      };
    },
  },
});

describe('a late fee waits', () => {
  it.each([
    ['while a bank transfer is on its way', 'transfer', true],
    ['while a plan is kept', 'plan', true],
    ['while a bill is disputed', 'dispute', true],
    ['not for a dispute that is settled', 'settled', false],
    ['not for a case about something else', 'leak', false],
    ['not for anybody else', 'nobody', false],
  ])('%s', async (_, accountId, expected) => {
    expect(await held(accountId)).toBe(expected);
  });
});
