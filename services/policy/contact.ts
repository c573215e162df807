import { z } from 'zod';
import { block, count, time } from './fields.ts';

export const levels = ['L0', 'L1', 'L2', 'L3'] as const;
/** How sure we are of who it is: nobody asked; account number and ZIP; a code or PIN; a CSR with photo ID. */
export type Level = (typeof levels)[number];
const level = z.enum(levels);
const proof = z.enum(['code', 'pin', 'photoId']);

export const actions = [
  'publicAnswer',
  'whetherDue',
  'amounts',
  'bills',
  'transcript',
  'contactChange',
  'autopay',
  'paperless',
  'plan',
  'startService',
  'stopService',
  'caseStatus',
  'nameChange',
  'refund',
] as const;
export type Action = (typeof actions)[number];

/** Who may be told what, and when customers may be written to. */
export const contactPolicy = {
  verify: block({
    codeDigits: z.int().min(6).max(9),
    codeMinutes: count,
    maxTries: z.int().min(1).max(10),
    lockMinutes: count,
    maxCodes: z.int().min(1).max(20),
    codeWindowMinutes: count,
    keepMinutes: count,
    /** From one network, over all accounts, within the lock's time. */
    networkTries: count,
    /** The same from one address. */
    addressTries: count,
    /** The least level for each action. */
    needs: z.record(z.enum(actions), level),
    /** The proofs that reach L2 on each channel; one that is not named takes all of `other`. */
    proofs: z.object({ other: z.array(proof).min(1) }).catchall(z.array(proof)),
    /** After a contact was changed, no refund leaves for so long. */
    holdRefundDays: count,
    /** What a CSR may take as photo ID (L3). */
    photoIds: z
      .array(z.string().min(1))
      .min(1)
      .default(['driverLicense', 'stateId', 'passport', 'militaryId', 'consularId']),
  }),
  messaging: block({
    /** No text between these times of the District's day, emergencies apart. */
    quiet: z.strictObject({ from: time, to: time }),
    /** What the records said is told with its time once it is older than so many minutes; absent: always. */
    staleMinutes: count.optional(),
  }),
} as const;
