import { hashPin } from '../pins.ts';
import { createContactNotices } from './notices.ts';
import { type Asked, type CustomersDeps, hashOf, sameArgs } from './types.ts';

export type PinAnswer =
  | { ok: true }
  | { ok: false; reason: 'badPin' | 'easyPin' | 'guessablePin' | 'noAccount' };

/** The PIN by which a customer proves who they are. */
export function createPin(deps: CustomersDeps) {
  const { records, pins, audit, secrets, clock } = deps;
  const notices = createContactNotices(deps);

  return {
    /** Sets the PIN (four digits, none that is the first guess) and tells the contact on file. */
    async changePin({ requestId, accountId, by, pin }: Asked & { pin: string }): Promise<PinAnswer> {
      if (!/^\d{4}$/.test(pin)) return { ok: false, reason: 'badPin' };
      if (isEasy(pin)) return { ok: false, reason: 'easyPin' };
      const [account, contacts] = await Promise.all([
        records.accountById(accountId),
        records.contacts(accountId),
      ]);
      if (account === null) return { ok: false, reason: 'noAccount' };
      const { accountNumber } = account;
      if (accountNumber.endsWith(pin) || contacts?.phone?.endsWith(pin))
        return { ok: false, reason: 'guessablePin' };
      const argsHash = hashOf(secrets, 'pin', [accountId, pin]);
      const kept = await pins.change(accountId, { requestId, argsHash, ...(await hashPin(pin)) });
      sameArgs({ argsHash: kept }, argsHash);
      const at = clock.now();
      await notices.toContactOnFile({
        key: `${requestId}:pin`,
        accountId,
        accountNumber,
        template: 'pinChanged',
        at,
      });
      await audit.note(`${requestId}:pin`, 'account.pinChanged', { by, accountId });
      return { ok: true };
    },
  };
}

/** 1111, 1234, 4321, 1212: what is tried first. */
function isEasy(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, place) => digit - (digits[place] ?? 0));
  const isRun = steps.every((step) => step === steps[0] && Math.abs(step) <= 1);
  return isRun || pin.slice(0, 2) === pin.slice(2);
}
