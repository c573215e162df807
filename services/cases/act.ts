import type { CaseEvent, CaseRecord } from '../../models/case.ts';
import { ConflictError } from '../errors.ts';
import { argsHash } from '../requests.ts';
import { noteDown } from './audit.ts';
import type { CaseDeps } from './types.ts';

/** One verb on a case: who asks for what, under which id. */
export type Act = {
  requestId: string;
  caseNumber: string;
  /** customer, system, or a CSR's id. */
  actor: string;
  kind: string;
  /** What it asks for; the same id with other arguments is a conflict. */
  args?: readonly unknown[];
};
export type Change = { set?: Partial<CaseRecord>; details?: Record<string, unknown> };
export type Refused<Reason extends string> = { ok: false; reason: Reason };
export type Done = { ok: true; record: CaseRecord; event: CaseEvent };

const maxTries = 100;

/**
 * Changes a case once under its requestId: reads it, lets the verb decide, and writes the change and its line of
 * history in one update that holds only where nothing else changed since; else once more.
 * @throws ConflictError `action.conflict`, `case.contended`.
 */
export async function act<Reason extends string>(
  deps: Pick<CaseDeps, 'store' | 'audit' | 'clock' | 'secrets'>,
  { requestId, caseNumber, actor, kind, args = [] }: Act,
  decide: (record: CaseRecord, at: Date) => Change | Refused<Reason>,
): Promise<Done | Refused<Reason | 'noCase'>> {
  const { store, clock, secrets } = deps;
  const id = requestKey(secrets, requestId);
  const hash = argsHash(kind, [caseNumber, ...args]);
  for (let tries = 0; tries < maxTries; tries++) {
    const earlier = await store.byRequest(id);
    if (earlier) return again(earlier, id, hash, deps);
    const record = await store.byNumber(caseNumber);
    if (record === null) return { ok: false, reason: 'noCase' };
    // Written between the two reads: within one document no index keeps a request from standing twice.
    if (record.history.some((one) => one.requestId === id)) continue;
    const at = clock.now();
    const change = decide(record, at);
    if ('ok' in change) return change;
    const { set = {}, details = {} } = change;
    const event: CaseEvent = { requestId: id, argsHash: hash, at, actor, kind, details };
    const changed = await store.change(caseNumber, record.version, { set, event });
    if (changed === null) continue;
    await noteDown(deps, changed, event);
    return { ok: true, record: changed, event };
  }
  throw new ConflictError('case.contended', 'A case changed faster than it could be written');
}

/** A keyed hash: a request's id names the conversation it came from, and an anonymous case must not. */
export const requestKey = (secrets: CaseDeps['secrets'], requestId: string): string =>
  secrets.mac(`case ${requestId}`);

/** What a request did at first. @throws ConflictError where it asked for something else then. */
export async function again(
  record: CaseRecord,
  id: string,
  hash: string,
  deps: Pick<CaseDeps, 'audit'>,
): Promise<Done> {
  const event = record.history.find((one) => one.requestId === id);
  if (event?.argsHash !== hash)
    throw new ConflictError('action.conflict', 'A request about a case was repeated with other arguments');
  await noteDown(deps, record, event);
  return { ok: true, record, event };
}
