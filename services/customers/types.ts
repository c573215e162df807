import type { CsrDocument } from '../../models/csr.ts';
import type { VerificationPinModel } from '../../models/verificationPin.ts';
import type { Actor, AuditService } from '../audit.ts';
import type { ChangesService } from '../changes.ts';
import type { DistrictClock } from '../clock.ts';
import { ConflictError } from '../errors.ts';
import type { FollowUpService } from '../followUps.ts';
import type { Policy } from '../policy.ts';
import type { Records } from '../records.ts';
import type { Secrets } from '../secrets.ts';
import type { VerificationDeps } from '../verification.ts';
import type {
  AuthorisedStore,
  BlockedStore,
  ContactChangeStore,
  CustomerStore,
  MergeStore,
  SubstituteStore,
} from './stores.ts';

/** Who asks for what about which account; the same requestId does it once. */
export type Asked = { requestId: string; accountId: string; by: Actor };

export type CustomersDeps = {
  records: Records;
  changes: Pick<ChangesService, 'submit' | 'onAnswered'>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  audit: AuditService;
  outbox: VerificationDeps['outbox'];
  secrets: Pick<Secrets, 'seal' | 'open' | 'mac'>;
  clock: Pick<DistrictClock, 'now' | 'timeZone'>;
  policy: Pick<Policy, 'verify' | 'district'>;
  contactChanges: ContactChangeStore;
  authorised: AuthorisedStore;
  substitutes: SubstituteStore;
  blocks: BlockedStore;
  merges: MergeStore;
  pins: Pick<typeof VerificationPinModel, 'change'>;
  /** The customers themselves; null where a billing system elsewhere holds them. */
  customers: CustomerStore | null;
};

/** Who decides about people's protection and double records. */
const leading: readonly (CsrDocument['role'] | undefined)[] = ['lead', 'supervisor', 'administrator'];
export const isLeading = ({ role }: Actor): boolean => leading.includes(role);
export const isCsr = ({ role }: Actor): boolean => role !== undefined;

/** What was asked, as a keyed hash: a PIN or a phone number could be guessed from a plain one. */
export const hashOf = ({ mac }: Pick<Secrets, 'mac'>, action: string, args: readonly unknown[]): string =>
  mac(`${action} ${JSON.stringify(args)}`);

/** @throws ConflictError where a request asks for something else than it did at first. */
export function sameArgs(kept: { argsHash: string }, argsHash: string): void {
  if (kept.argsHash !== argsHash)
    throw new ConflictError('action.conflict', 'A change of a customer was repeated with other arguments');
}
